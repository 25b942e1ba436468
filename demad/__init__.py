"""DEMaD: how long people live on a leefloon, how they leave it, and whether they stay away."""

__version__ = "0.2.0"
