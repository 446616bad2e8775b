"""`lead`: finds its commands by importing their module at the last moment."""

import importlib

import click

# Command -> the module it lives in, and its line in the help (kept equal to the command's own by a test).
COMMANDS = {
    "list": ("people", "Every lead."),
    "show": ("people", "One lead with everything that happened."),
    "add": ("people", "Add a person by hand: a caller, a client you already have, somebody met in person."),
    "proposals": ("moves", "Every change that a mail or a finished checklist speaks for."),
    "take": ("moves", "Do what is proposed for a person."),
    "dismiss": ("moves", "Decide against what is proposed for a person."),
    "move": ("moves", "Move a person to another stage of the journey."),
    "undo": ("moves", "Take back the last change that was made by hand, or taken."),
    "done": ("moves", "Check off items of the list of their stage, or a promise."),
    "close": ("moves", "Say how it ended with a person; nothing is due any more."),
    "reopen": ("moves", "Go on with a person who was closed."),
    "letter": ("letters", "Write a letter to somebody; it waits in the queue for your approval."),
    "script": ("letters", "What to say on the phone, with what they asked and your own facts."),
    "let-go": ("parting", "End the work with somebody as a planned step: a letter, a list of steps, a colleague."),
    "note": ("notes", "Write something down about a person."),
    "log": ("notes", "Log a call, a meeting, hours or revenue."),
    "date": ("contact", "Remember a day of a person's year: birthday, anniversary, or one of your own."),
    "zone": ("contact", "Say on which clock a person lives, so that letters arrive at decent hours there."),
    "language": ("contact", "Say in which language a person is written to, as its two letters."),
    "contact": ("contact", "Say whether a person may be written to."),
    "tier": ("tiers", "Put a person into tier A, B or C, or into none."),
    "tiers": ("tiers", "Everybody by tier, and which tier their record speaks for."),
    "review": ("reviewing", "Go through the whole list once: keep, tier, write, let go, one key each."),
    "referred": ("links", "Say by whose word somebody came; a letter of thanks to them is then due."),
    "link": ("links", "Link two people: a couple, a family, colleagues."),
    "unlink": ("links", "Take a link between two people away."),
    "merge": ("merging", "Let two people be one: somebody with two addresses, a caller who wrote."),
    "split": ("merging", "Take a merge back: everybody has again what was theirs."),
    "duplicates": ("lists", "People who may be one person on record twice, and why; nothing is merged by itself."),
    "testimonial": ("notes", "Keep what somebody said for others to read."),
    "consent": ("notes", "Record to which use of their words somebody agreed."),
    "testimonials": ("notes", "What may be shown: the testimonials with consent."),
    "lessons": ("notes", "Every lesson that was noted, the latest first."),
    "import": ("lists", "Add the people of a CSV file or an address book, such as the clients you already have."),
    "export": ("lists", "Everybody as a CSV file or an address book, which `inboxtriage lead import` reads back."),
}
_KEYWORDS = {"list": "list_", "import": "import_"}  # names that a function cannot have, or should not


class LeadCommands(click.Group):
    """The commands about people."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The commands, in the order of the journey."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        """One command, imported now; None where there is none."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"inboxtriage.cli.lead.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, _KEYWORDS.get(cmd_name, cmd_name.replace("-", "_")))
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list in the help, without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=LeadCommands)
def lead() -> None:
    """The people who wrote, and where they stand in the journey."""
