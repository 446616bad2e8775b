"""How fast it is: one command (`make bench`) measures and prints; nothing here passes or fails."""
