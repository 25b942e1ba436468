"""The results of `demad check`, on the screen and as a page."""
