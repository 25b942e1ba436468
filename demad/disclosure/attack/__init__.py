"""Somebody who wants to know what is hidden. Shares no code with what hides: the two have to agree by themselves."""
