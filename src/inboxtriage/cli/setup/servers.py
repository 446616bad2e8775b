"""The two servers of an account: asked for by hand, and asked for again, in the part that did not work."""

from inboxtriage.cli import console
from inboxtriage.cli.setup import asking, password
from inboxtriage.cli.setup.wizard import Wizard
from inboxtriage.config.rules import is_loopback
from inboxtriage.config.settings import Account, Server
from inboxtriage.errors import InboxTriageError, UsageProblem
from inboxtriage.service.setup import proving
from inboxtriage.service.setup.keeping import SignIn

_WHAT: dict[proving.Which, str] = {"imap": "incoming mail (IMAP)", "smtp": "outgoing mail (SMTP)"}
_NAME_AFTER = 2  # refused passwords after which the user name may be what is wrong
_SECURITY = (
    ("tls", "encrypted from the first byte (the usual)"),
    ("starttls", "encrypted before anything is said"),
    ("none", "not encrypted: only for a server on this computer"),
)


def by_hand(wizard: Wizard, number: int) -> None:
    """Both servers by hand, with a guess from the domain."""
    address = str(wizard.document.get("accounts", number, "address"))
    domain = address.rpartition("@")[2]
    asking.tell(
        f"For {address} (not spelled so? `back`) your provider's help pages name two servers: one for incoming mail "
        "(IMAP), one for outgoing (SMTP)."
    )
    for which, what in _WHAT.items():
        key = ("accounts", number, which)
        host = wizard.document.get(*key, "host") or f"{which}.{domain}"
        wizard.document.put((*key, "host"), asking.until(f"The server for {what}?", _read_host, usual=host))
        _security(wizard, number, which)


def _security(wizard: Wizard, number: int, which: proving.Which, now: Server | None = None) -> None:
    """Encryption and port of a server (`now`, where there is one already); in clear over a network is refused."""
    key = ("accounts", number, which)
    host = str(wizard.document.get(*key, "host"))
    told = now.security if now else wizard.document.get(*key, "security") or "tls"
    usual_way = told if told != "none" or is_loopback(host) else "tls"
    while True:
        security = asking.choice(f"How is the connection to {host} kept private?", _SECURITY, usual=usual_way)
        if security != "none" or is_loopback(host):
            break
        asking.tell(
            f"No: {host} is not on this computer, and your password and your mail would travel readable for everybody "
            "on the way. Every provider of today has an encrypted port."
        )
    usual = proving.usual_port(which, security)
    same = now is not None and now.security == security
    given = (now.port if now and same else wizard.document.get(*key, "port") if now is None else 0) or usual
    port = asking.until(f"At which port? Usually {usual}.", _read_port, usual=str(given))
    wizard.change((*key, "security"), security, unless=None if now else "tls")
    wizard.change((*key, "port"), port, unless=None if now else usual)


def _read_host(said: str) -> str:
    host = said.strip().lower().removesuffix(".")
    if not host or any(letter.isspace() or letter in "/@:" for letter in host):
        raise UsageProblem(f"{said!r} is no name of a server", do="write it like imap.example.com")
    return host


def _read_port(said: str) -> int:
    if not said.isdecimal() or not 0 < int(said) < 65_536:
        raise UsageProblem(f"{said!r} is no port", do="write a number, like 993")
    return int(said)


def mend(
    wizard: Wizard,
    number: int,
    one: Account,
    wrong: proving.Trouble,
    given: dict[proving.Which, SignIn],
    *,
    refused: int = 0,
) -> None:
    """Say what is wrong, and ask exactly that again; the user name too where the sign-in was `refused` that often."""
    console.say()
    asking.tell(f"That did not work: {wrong.said}")
    if wrong.words:
        asking.tell(wrong.words)
    server = one.imap if wrong.which == "imap" else one.smtp
    if server is None:
        return
    if refused >= _NAME_AFTER:
        asking.tell("Perhaps it is the user name: with some providers it is only what stands before the @.")
        _username(wizard, number, wrong.which, server)
    for what in wrong.ask:
        if what == "ca_file":
            if _authority(wizard, number, wrong.which):
                return
        elif what == "password":
            password.again(wizard, number, wrong.which, given)
        else:
            {
                "host": _host,
                "security": _securely,
            }[what](wizard, number, wrong.which, server)


def _host(wizard: Wizard, number: int, which: proving.Which, now: Server) -> None:
    address = wizard.document.get("accounts", number, "address")
    host = asking.until(
        "The server's name? Enter tries the same again.",
        _read_host,
        notes=[f"It is for {address}. If that is not spelled right: `back`, as far as the address."],
        usual=now.host,
    )
    if host != now.host:
        wizard.document.put(("accounts", number, which, "host"), host)
        if now.security == "none" and not is_loopback(host):  # what was right on this computer only
            _security(wizard, number, which, now)


def _securely(wizard: Wizard, number: int, which: proving.Which, now: Server) -> None:
    if wizard.document.get("accounts", number, which, "host") is None:
        wizard.document.put(("accounts", number, which, "host"), now.host)
    _security(wizard, number, which, now)


def _username(wizard: Wizard, number: int, which: proving.Which, now: Server) -> None:
    """The user name at a server; that of where mail is read is the other server's too, unless that has its own."""
    name = asking.line(f"The user name at {now.host}?", usual=now.username)
    if not name or name == now.username:
        return
    other: proving.Which = "smtp" if which == "imap" else "imap"
    before = wizard.document.get("accounts", number, which, "username")
    both = which == "imap" and wizard.document.get("accounts", number, other, "username") == before
    for each in (which, other) if both else (which,):
        wizard.document.put(("accounts", number, each, "username"), name)


def user_names(wizard: Wizard, number: int) -> None:
    """The user name at each server, asked once where both have the same."""
    one = wizard.assembly().settings.accounts[number]
    if one.imap is not None and one.imap.auth == "password":
        _username(wizard, number, "imap", one.imap)
    one = wizard.assembly().settings.accounts[number]
    if one.smtp is not None and one.imap is not None and one.smtp.username != one.imap.username:
        _username(wizard, number, "smtp", one.smtp)


def _authority(wizard: Wizard, number: int, which: proving.Which) -> bool:
    """The file of an authority of one's own; whether there is one."""
    other = "smtp" if which == "imap" else "imap"
    usual = wizard.document.get("accounts", number, other, "ca_file") or ""
    while True:
        file = asking.line(
            "The file with the certificate of its authority?",
            notes=[f"A path, like /home/you/bridge.pem. {asking.OUT if usual else 'Enter'}: there is none."],
            usual=usual,
        )
        if file in {"", asking.OUT}:
            return False
        try:
            wizard.document.set(("accounts", number, which, "ca_file"), file)
        except InboxTriageError as error:
            asking.complain(error)
            continue
        return True
