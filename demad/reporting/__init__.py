"""Published figures become pages. Nothing here sees a figure that is not published."""
