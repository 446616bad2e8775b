"""Setting a practice up: what is asked, what is found out, what is proved, before anything is kept."""
