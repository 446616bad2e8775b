"""How things stand: `status` and `check`."""

from zoneinfo import ZoneInfo

import click

from inboxtriage.cli import console
from inboxtriage.cli.documents import Documents, checks
from inboxtriage.cli.session import Session, command, json_option, now_of, pass_session
from inboxtriage.errors import ConfigError, NotFound


@command()
@json_option
@pass_session
def status(session: Session, as_json: bool) -> None:
    """Is it running, what did it see, what needs a person."""
    from inboxtriage.service.absence.approving import told  # noqa: PLC0415
    from inboxtriage.service.status import status as look  # noqa: PLC0415
    from inboxtriage.service.survey import added_up  # noqa: PLC0415

    a = session.assembly()
    found = look(a)
    if as_json:
        console.document(Documents(ZoneInfo(a.settings.practice.timezone)).status(found))
        return
    now = now_of(a)
    console.say("The daemon is running." if found.running else "The daemon is not running: inboxtriage run")
    for account in found.accounts:
        last = account.last
        when = (
            f"last pass {console.when(last.ended_at, now)}, {last.fetched} new"
            if last
            else "no pass yet: inboxtriage poll"
        )
        worker = account.worker
        until = f" until {console.when(worker.until, now)}" if worker and worker.until else ""
        doing = f"; now {worker.doing}{until}" if worker else ""
        console.say(f"{account.name}: {when}{doing}" + ("; the last pass failed" if last and last.error else ""))
        for folder in account.folders:
            console.say(f"  {folder.folder}: {added_up(folder)}")
    if found.messages:
        console.say(f"{found.messages} messages: " + _counts(found.dispositions))
        console.say("of these: " + _counts(found.states))
    if found.away is not None:
        day = console.day(found.away.absence.until, now)
        how = f": {told(found.away)}" if found.away.absence.acknowledge else ""
        console.say(f"away until {day}{how}")
    if found.outbox:
        console.say("outbox: " + _counts(found.outbox))
    for need in found.needs:
        console.say(f"- {need}")


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{n} {name}" for name, n in counts.items())


@command()
@json_option
@pass_session
def check(session: Session, as_json: bool) -> int:
    """Is everything in order? A line each, and what to do where it is not."""
    from inboxtriage.service import doctor  # noqa: PLC0415

    try:
        a = session.assembly()
    except (ConfigError, NotFound) as error:
        if as_json:
            console.document(checks(doctor.without_settings(error)))
        raise
    findings = []
    looking = doctor.examine(a, session.config)
    while True:
        with console.working("looking"):  # ends before each line is said
            finding = next(looking, None)
        if finding is None:
            break
        findings.append(finding)
        if not as_json:
            mark = click.style("ok  ", fg="green") if finding.ok else click.style("FAIL", fg="red", bold=True)
            click.echo(f"{mark}  ", nl=False)
            console.say(f"{finding.name}: {finding.detail}", taken=6)
    if as_json:
        console.document(checks(findings))
    return 0 if all(finding.ok for finding in findings) else 1
