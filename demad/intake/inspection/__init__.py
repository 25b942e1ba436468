"""What `demad check` says of files, on the screen and as a page."""
