"""From protected figures to published ones: what is too small to show, how numbers are printed, and the gate."""

from demad.disclosure.policy import Policy, policy_of
from demad.disclosure.published import PublishedFigures, publish, published_from

__all__ = ["Policy", "PublishedFigures", "policy_of", "publish", "published_from"]
