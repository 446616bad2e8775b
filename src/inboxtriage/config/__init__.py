"""What the owner configured: typed sections, read from one TOML file, every problem told at once."""
