"""Who writes during an absence is told once when the answer comes: the text, its standing approval, its way out."""
