"""What the mail server holds: what is new, its bytes, its marks. One protocol, two backends."""
