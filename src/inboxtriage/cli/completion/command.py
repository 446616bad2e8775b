"""`completion`: the script that a shell needs."""

import click
from click.shell_completion import get_completion_class

from inboxtriage.cli.completion.answering import VARIABLE
from inboxtriage.cli.session import command


@command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print what lets a shell complete commands, options and ids.

    One line installs it; open a new shell afterwards:

    \b
      echo 'eval "$(inboxtriage completion bash)"' >> ~/.bashrc
      echo 'autoload -U compinit && compinit; eval "$(inboxtriage completion zsh)"' >> ~/.zshrc
      mkdir -p ~/.config/fish/completions && inboxtriage completion fish > ~/.config/fish/completions/inboxtriage.fish

    Ids are those of what waits, with who wrote and the subject in zsh and fish. It looks into the store when you press
    Tab, and changes nothing there.
    """  # noqa: D301 - click's mark for lines that stay as they are
    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101 - of the three that click knows
    click.echo(kind(click.Group("inboxtriage"), {}, "inboxtriage", VARIABLE).source())
