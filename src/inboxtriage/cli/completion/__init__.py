"""What the shell offers when somebody presses Tab. commands.json, made by `make docs`, holds every command's words."""
