"""When the practice is open, and so by when an answer is due. Pure."""
