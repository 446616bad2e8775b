"""How an account signs in: a password and where it is kept, or a permission (OAuth2)."""

import os
import re
from dataclasses import replace

import click

from inboxtriage.cli import console
from inboxtriage.cli.setup import asking
from inboxtriage.cli.setup.wizard import Wizard
from inboxtriage.config.lines import Key
from inboxtriage.config.providers import Provider
from inboxtriage.config.settings import PASSWORD_KEYS, Account, Server
from inboxtriage.errors import InboxTriageError, Refused, SecretMissing, UsageProblem
from inboxtriage.service.setup import keeping, proving
from inboxtriage.service.setup.keeping import SignIn

_BOTH: tuple[proving.Which, ...] = ("imap", "smtp")
_WAYS = (
    ("file", "a file that only you can read: the simple way"),
    ("command", "a program prints it: pass, a password manager"),
    ("systemd", "systemd hands it to the background service alone"),
    ("variable", "an environment variable; any program of yours can read it"),
)
_VARIABLE = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")  # so that no password is taken for a name
_NAME = "INBOXTRIAGE_PASSWORD"
_CREDENTIAL = "mail"
_WHO = "It goes to your two mail servers, and to nobody else."


def ask(wizard: Wizard, number: int, known: Provider | None) -> dict[proving.Which, SignIn]:
    """The password for both servers, and where it is to be kept; the file says so from now on, unproved."""
    if known is not None and known.app_passwords:
        asking.tell(
            "Your provider makes an app password for programs like this one, usually once two-step sign-in is on. "
            "Your everyday password most likely does not work here. Make one on this page, then copy it here:"
        )
        click.echo(f"  {known.app_passwords}")
    one = _account(wizard, number)
    if one.imap is None:
        return {}
    given = _asked(one.imap.host, one.imap.username, _file(wizard, number))
    for which in _BOTH:
        _name(wizard, number, which, given)
    return dict.fromkeys(_BOTH, given)


def again(wizard: Wizard, number: int, which: proving.Which, given: dict[proving.Which, SignIn]) -> None:
    """Ask again for what a server refused. Mail is read first: its password is then tried at the other server too."""
    one = _account(wizard, number)
    server = one.imap if which == "imap" else one.smtp
    if server is None:
        return
    new = _same_way(given.get(which), server)
    if new is None:
        new = _asked(server.host, server.username, _file(wizard, number, which))
    elif new.way == "password_file" and which == "smtp":  # another password than where mail is read
        new = replace(new, value=_file(wizard, number, which))
    for each in _BOTH if which == "imap" else (which,):
        _name(wizard, number, each, new)
        given[each] = new


def _same_way(before: SignIn | None, server: Server) -> SignIn | None:
    """The password typed again, kept as the one that was refused; None where it comes from somewhere else."""
    if before is None or before.password is None:
        return None
    new = replace(before, password=_typed(f"The password of {server.username} at {server.host}?", server.host))
    if new.way == "password_env" and new.password is not None:
        os.environ[str(new.value)] = new.password
    return new


def call(given: SignIn | None) -> proving.Secret:
    """What gives the password to a server; None: the source that the file names."""
    if given is None or given.password is None:
        return None
    password = given.password
    return lambda: password


def keep(wizard: Wizard, number: int, given: dict[proving.Which, SignIn]) -> None:
    """Keep what both servers took; where it is not for us to keep, say how it is done."""
    one = _account(wizard, number)
    for which in _BOTH:
        server = one.imap if which == "imap" else one.smtp
        how = given.get(which)
        if how is None or server is None or how.password is None:
            continue
        if how.way == "password_file":
            _into_file(wizard, how)
        if how.way != "keyring":
            continue
        try:
            keeping.keep(server.host, server.username, how.password)
        except SecretMissing as error:
            asking.complain(error)
            other = _elsewhere(how.password, file=_file(wizard, number))
            if other.way == "password_file":
                _into_file(wizard, other)
            for each in _BOTH:
                _name(wizard, number, each, other)
                given[each] = other
            break
    ways = {how.way: how for how in given.values()}
    if "keyring" in ways:
        asking.tell("The password is kept in the system keyring, not in the file.")
    for how in ways.values():
        _how_to(how)


def for_calendar(wizard: Wizard, key: Key, host: str, username: str) -> str | None:
    """The password of a calendar, to be kept in the keyring; None where it comes from somewhere else."""
    how = _asked(host, username, f"{_file(wizard, 0)}-calendar")
    if how.value is not None:
        wizard.document.put((*key, how.way), how.value)
    if how.way == "password_file":
        _into_file(wizard, how)
        _how_to(how)
    return how.password if how.way == "keyring" else None


def _account(wizard: Wizard, number: int) -> Account:
    return wizard.assembly().settings.accounts[number]


def _file(wizard: Wizard, number: int, which: proving.Which = "imap") -> str:
    """The name of a password's file beside the configuration: one for each account, and for a server of its own."""
    stem = wizard.document.path.stem
    parts = [
        "password",
        *([stem] if stem != "config" else []),
        *([str(wizard.document.get("accounts", number, "name"))] if number else []),
        *(["smtp"] if which == "smtp" else []),
    ]
    return re.sub(r"[^A-Za-z0-9._-]+", "-", "-".join(parts))


def _into_file(wizard: Wizard, how: SignIn) -> None:
    keeping.keep_in_file(wizard.document.folder / str(how.value), how.password or "")


def _asked(host: str, username: str, file: str) -> SignIn:
    problem = keeping.keyring_problem(host, username)
    question = f"The password of {username} at {host}?"
    if problem is None:
        return SignIn("keyring", None, _typed(question, host))
    asking.tell(
        f"This computer has no keyring that could keep a password ({problem}), as is usual on a server. It never "
        "stands in the configuration file, so it has to be kept somewhere else."
    )
    return _elsewhere(None, question, host, file=file)


def _typed(question: str, host: str) -> str:
    password = asking.secret(question, notes=[_WHO])
    # Providers show app passwords in groups of four; the blanks are no part of them.
    grouped = re.fullmatch(r"[a-z]{4}( [a-z]{4}){3}", password.strip())
    return password.replace(" ", "").strip() if grouped and "gmail" in host else password


def _elsewhere(password: str | None, question: str = "", host: str = "", *, file: str) -> SignIn:
    """A password that lies in a file or comes from elsewhere; `password` where it is known."""
    while True:
        way = asking.choice("Where shall the password come from?", _WAYS, usual="file")
        if way != "command":
            break
        said = asking.line("Which command prints it? Not the password itself.", notes=["Like: pass show mail/practice"])
        try:
            return SignIn("password_command", keeping.command_of(said), None)
        except UsageProblem as error:
            asking.complain(error)
    if way == "file":
        return SignIn("password_file", file, password or _typed(question, host))
    if way == "systemd":
        return SignIn("password_credential", _CREDENTIAL, password or _typed(question, host))
    name = asking.until("What is the variable called?", _read_variable, usual=_NAME)
    if os.environ.get(name) and password is None:
        asking.tell(f"{name} is set, and is tried now.")
        return SignIn("password_env", name, None)
    password = password or _typed(f"{question} (The variable {name} is not set yet.)", host)
    os.environ[name] = password  # of this process: what follows here reads it as it will be read
    return SignIn("password_env", name, password)


def _read_variable(said: str) -> str:
    if not _VARIABLE.fullmatch(said):
        raise UsageProblem("that is no name that is taken here", do=f"write one like {_NAME}, never the password")
    return said


def _name(wizard: Wizard, number: int, which: proving.Which, how: SignIn) -> None:
    """Let the file say where the password of a server comes from."""
    key = ("accounts", number, which)
    for name in PASSWORD_KEYS:
        if name != how.way and wizard.document.get(*key, name) is not None:
            wizard.document.put((*key, name), None)
    if how.value is not None:
        wizard.document.put((*key, how.way), how.value)


def _how_to(how: SignIn) -> None:
    if how.way == "password_command":
        asking.tell(f"The password comes from the command, each time it is needed: {' '.join(how.value or [])}")
    elif how.way == "password_file":
        asking.tell(
            f"The password is kept in the file {how.value} beside the configuration. Only you can read it, but it is "
            "not encrypted: whoever has this computer's disk can."
        )
    elif how.way == "password_env" and how.password is not None:
        asking.tell("Before you work with inboxtriage in another terminal, type this, then the password, then Enter:")
        click.echo(f"  read -rs {how.value} && export {how.value}")
    elif how.way == "password_credential":
        asking.tell("Encrypt the password for the service with this command (type it, Enter, then Ctrl-D):")
        click.echo(f"  systemd-creds encrypt --user --name={how.value} - ~/{how.value}.cred")
        asking.tell("and, once the service is installed, by `systemctl --user edit inboxtriage` add these two lines:")
        click.echo(f"  [Service]\n  LoadCredentialEncrypted={how.value}:%h/{how.value}.cred")
        asking.tell("Only the service sees it then: `poll` and `check` by hand do not (docs/signing-in.md).")


# -- OAuth2 -------------------------------------------------------------------------------------------------------


def by_permission(wizard: Wizard, number: int, known: Provider | None) -> proving.Folders | None:
    """Have the permission given where the provider wants that, and prove it; None where a password is used.

    Raises Refused where nothing can be done today.
    """
    key = ("accounts", number)
    offered = known.auth if known is not None else ()
    if known is None:
        wanted = wizard.document.get(*key, "imap", "auth") == "oauth2"
    elif "password" not in offered:
        wanted = True
        asking.tell("This provider takes no passwords from programs any more, only a permission (OAuth2).")
    elif "oauth2" in offered:
        ways = [
            ("password", "an app password: the simple way"),
            ("oauth2", "a permission, with a registration of your own"),
        ]
        wanted = asking.choice("How do you want to sign in?", ways, usual="password") == "oauth2"
    else:
        wanted = False
    if not wanted:
        return None
    asking.tell(
        "For that you register a program of your own with the provider (as a desktop app) and get a client_id; "
        "inboxtriage brings none. docs/signing-in.md says how. With Google, a registration that is still in “testing” "
        "gives permissions that end after seven days: you would have to sign in again every week."
    )
    while True:
        _registration(wizard, number, both=known is not None and offered[0] != "oauth2")
        try:
            found = _permitted(wizard, number)
        except InboxTriageError as error:
            console.say()
            asking.complain(error)
            continue
        if isinstance(found, proving.Folders):
            return found
        asking.tell(f"{found.said}. {found.words}".strip())


def _registration(wizard: Wizard, number: int, *, both: bool) -> None:
    """The client_id, where its secret is, and where the permission is kept."""
    document, key = wizard.document, ("accounts", number, "oauth2")
    given = asking.line("Your client_id? Enter without one ends here.", usual=document.get(*key, "client_id") or "")
    if not given:
        raise Refused(
            "without a client_id this provider lets no program in", do="docs/signing-in.md says how to get one"
        )
    for which in _BOTH if both else ():
        document.put(("accounts", number, which, "auth"), "oauth2")
    document.put((*key, "client_id"), given)
    name = asking.line(
        "If it came with a client secret: in which environment variable is that?",
        notes=["Google gives one. It stands in no file. Enter: there is none."],
        usual=document.get(*key, "client_secret_env") or "",
    )
    document.put((*key, "client_secret_env"), None if name in {"", asking.OUT} else name)
    one = _account(wizard, number)
    host = one.imap.host if one.imap else ""
    if document.get(*key, "token_file") is None and keeping.keyring_problem(host, one.address) is not None:
        asking.tell(
            "This computer has no keyring, so the permission would lie in a file beside the configuration: readable by "
            "you alone, but not encrypted."
        )
        if not asking.yes("Is that all right?", usual=True):
            raise Refused("there is nowhere to keep the permission", do="set up a keyring, then run `inboxtriage init`")
        document.put((*key, "token_file"), "permission")


def _permitted(wizard: Wizard, number: int) -> proving.Folders | proving.Trouble:
    from inboxtriage.cli.login import show_address, show_code  # noqa: PLC0415
    from inboxtriage.service.login import Talk, login  # noqa: PLC0415

    a = wizard.assembly()
    one = a.settings.accounts[number]
    device = False
    if one.oauth2 is not None and one.oauth2.device_url is not None:
        device = not asking.yes("Is there a browser on this computer?", usual=True)
    kept = login(a, one, Talk(lambda whom: asking.secret(f"The password of {whom}?"), show_address, show_code, device))
    asking.tell(f"Signed in; {kept}.")
    return proving.mailbox(a, one)
