"""One key, one decision: how a person at a terminal answers without Enter."""

import click

ENDS = frozenset({"\x03", "\x04"})  # Ctrl-C, Ctrl-D


def press() -> str:
    """The next key; "q" where whoever sits there has left."""
    click.echo("> ", nl=False)
    try:
        key = click.getchar()
    except (KeyboardInterrupt, EOFError):
        key = "q"
    click.echo(key if key.isprintable() else "")
    return "q" if not key or key in ENDS else key
