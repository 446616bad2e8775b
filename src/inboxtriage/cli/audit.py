"""The chain of approvals: `audit verify`."""

from zoneinfo import ZoneInfo

import click

from inboxtriage.cli import console
from inboxtriage.cli.documents import Documents
from inboxtriage.cli.session import Session, command, json_option, pass_session


@click.group()
def audit() -> None:
    """The chain of approvals."""


@command()
@json_option
@pass_session
def verify(session: Session, as_json: bool) -> int:
    """Was any record of an approval changed or removed?"""
    from inboxtriage.service.approvals import verify as walk  # noqa: PLC0415

    a = session.assembly()
    entries, faults = walk(a)
    if as_json:
        console.document(Documents(ZoneInfo(a.settings.practice.timezone)).audit(entries, faults))
    elif faults:
        for fault in faults:
            console.warn(f"inboxtriage: {fault}")
    else:
        console.say(f"{len(entries)} record(s), the chain is whole")
    return 1 if faults else 0


audit.add_command(verify)
