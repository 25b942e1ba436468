"""The themes of a city report, a file each: from published figures to blocks."""
