"""The mailbox: address, servers, folders. What is wrong at a server is asked again, alone, until both are proved."""

import re
from datetime import date, timedelta

from inboxtriage.cli import console
from inboxtriage.cli.setup import asking, password, servers
from inboxtriage.cli.setup.wizard import Wizard
from inboxtriage.config.providers import Provider, of_domain, providers
from inboxtriage.config.rules import ADDRESS
from inboxtriage.config.settings import Server
from inboxtriage.errors import UsageProblem
from inboxtriage.service.setup import days, proving
from inboxtriage.service.setup.keeping import SignIn

_WEEKS = timedelta(weeks=2)


def account(wizard: Wizard) -> None:
    """Ask for one account, prove it at both servers, keep it. Raises click.Abort where it is broken off."""
    asking.chapter("Your mailbox")
    number = _which(wizard)
    is_new = wizard.document.get("accounts", number) is None
    _address(wizard, number, is_new=is_new)
    if is_new or asking.yes("Change the servers or the way of signing in?", usual=False):
        known = _provider(wizard, number)
        if known is None:
            servers.by_hand(wizard, number)
        if (found := password.by_permission(wizard, number, known)) is not None:
            wizard.save("The account works, and is saved")
            folders(wizard, number, found)
        else:
            if not is_new:
                servers.user_names(wizard, number)
            _prove(wizard, number, password.ask(wizard, number, known))
    else:
        _prove(wizard, number, {})
    wizard.save("Saved")


def _which(wizard: Wizard) -> int:
    """The number of the account that is meant."""
    names = [str(one.get("name")) for one in wizard.document.get("accounts") or []]
    if len(names) < 2:
        return 0
    listed = [(name, str(wizard.document.get("accounts", n, "address"))) for n, name in enumerate(names)]
    return names.index(asking.choice("Which account?", listed, usual=names[0]))


def _address(wizard: Wizard, number: int, *, is_new: bool) -> None:
    """Address, other addresses, and from when on mail is read."""
    document, key = wizard.document, ("accounts", number)
    if is_new:
        document.put((*key, "name"), "practice")
    address = asking.until(
        "At which mail address do people write to you?",
        _read_address,
        usual=document.get(*key, "address") or "",
    )
    document.put((*key, "address"), address)
    others = ", ".join(document.get(*key, "aliases") or [])
    aliases = asking.until(
        "Do you have other addresses whose mail lands in the same inbox?",
        _read_aliases,
        notes=[f"Mail from them counts as your own. Several: with commas. None: {asking.OUT if others else 'Enter'}."],
        usual=others,
    )
    if aliases or document.get(*key, "aliases"):
        document.put((*key, "aliases"), aliases)
    today = wizard.now().date()
    since = asking.until(
        "From which day on shall I read?",
        lambda said: _read_start(said, today),
        notes=[
            "Older mail is left alone. Like: two weeks, last Monday, Nov 1. Everything there ever was: all.",
        ],
        usual=document.get(*key, "since") or (today - _WEEKS).isoformat(),
    )
    document.put((*key, "since"), since)
    if since != "all":
        asking.note(f"From {console.day(date.fromisoformat(since), wizard.now())} on.")


def _read_address(said: str) -> str:
    address = said.strip()
    if not ADDRESS.fullmatch(address) or "." not in address.rpartition("@")[2]:
        raise UsageProblem(f"{address!r} is no mail address", do="write it like hello@yourpractice.com")
    return address


def _read_aliases(said: str) -> list[str]:
    if said.lower() in {asking.OUT, "no", "none"}:
        return []
    return [_read_address(one) for one in re.split(r"[\s,;]+|\s+and\s+", said) if one.strip() and one != "and"]


def _read_start(said: str, today: date) -> str:
    try:
        return days.start_of(said, today)
    except ValueError:
        raise UsageProblem(
            f"{said!r} is no day in the past", do=f"write it like two weeks, or {today.isoformat()}"
        ) from None


def _provider(wizard: Wizard, number: int) -> Provider | None:
    """Whose servers the mail is on, where that is known."""
    document, key = wizard.document, ("accounts", number)
    address = str(document.get(*key, "address"))
    domain = address.rpartition("@")[2]
    if known := of_domain(domain):
        asking.tell(f"The servers of {domain} are known: {known.imap.host} and {known.smtp.host}.")
        document.put((*key, "provider"), None)
        return known
    named = asking.until(
        f"Which company keeps the mail of {domain}? Enter if it is none of these, or you do not know.",
        _read_provider,
        notes=[", ".join(providers())],
        usual=document.get(*key, "provider") or "",
    )
    document.put((*key, "provider"), named or None)
    return providers().get(named)


def _read_provider(said: str) -> str:
    name = said.strip().lower().replace(" ", "-")
    if name in providers() or name in {"", asking.OUT}:
        return name.strip(asking.OUT)
    near = [one for one in providers() if one.startswith(name[:4])]
    raise UsageProblem(
        f"{said!r} is none of them", do=f"did you mean {near[0]}?" if near else "or press Enter to give the servers"
    )


# -- proving ------------------------------------------------------------------------------------------------------


def _prove(wizard: Wizard, number: int, given: dict[proving.Which, SignIn]) -> None:
    """Both servers, one after the other; then the folders, and only then is a password kept."""
    refused = 0
    while True:
        asking.busy("Signing in where your mail is read")
        a = wizard.assembly()
        one = a.settings.accounts[number]
        found = proving.mailbox(a, one, password.call(given.get("imap")))
        if isinstance(found, proving.Folders):
            break
        refused += found.is_refusal
        servers.mend(wizard, number, one, found, given, refused=refused if found.is_refusal else 0)
    asking.tell(f"Signed in at {_host(one.imap)}.")
    refused = 0
    while True:
        asking.busy("Signing in where mail is handed in")
        a = wizard.assembly()
        one = a.settings.accounts[number]
        wrong = proving.sending(a, one, password.call(given.get("smtp")))
        if wrong is None:
            break
        refused += wrong.is_refusal
        servers.mend(wizard, number, one, wrong, given, refused=refused if wrong.is_refusal else 0)
    asking.tell(f"Signed in at {_host(one.smtp)}. Nothing was sent.")
    password.keep(wizard, number, given)
    wizard.save("The account works, and is saved")
    folders(wizard, number, found)


def _host(server: Server | None) -> str:
    return server.host if server is not None else "the folders on this computer"


# -- folders ------------------------------------------------------------------------------------------------------


def folders(wizard: Wizard, number: int, found: proving.Folders) -> None:
    """Say what was found by its use, and ask what cannot be known."""
    document, key = wizard.document, ("accounts", number)
    console.say()
    for name, count in found.read:
        console.fact("reads", f"{name}, {count} mail(s)")
    if found.recent is not None:
        console.fact("", f"{found.recent} of them since {document.get(*key, 'since')}")
    console.fact("sent mail", found.sent or "there is no such folder")
    console.fact("drafts", found.drafts or "there is no such folder")
    if found.sent is None and document.get(*key, "save_sent") != "no":
        asking.tell(
            "Without a folder for sent mail no copy of your answers can be kept at the server. You can make one in "
            "your mail program (Sent) and run `inboxtriage init --only account` again."
        )
        if asking.yes("Go on without copies for now?", usual=True):
            document.put((*key, "save_sent"), "no")
    if found.drafts is not None:
        both = asking.yes(
            "Shall drafts that are ready lie in that Drafts folder too?",
            usual=document.get(*key, "drafts_folder") is not False,
            notes=["Then you can send, change or delete them from your phone. Nobody but you sees them there."],
        )
        wizard.change((*key, "drafts_folder"), both, unless=True)
    if found.junk is not None:
        junk = asking.yes(
            f"Shall {found.junk} be read as well? Inquiries get lost there. Nothing in it is moved.",
            usual=document.get(*key, "watch_junk") is True,
        )
        wizard.change((*key, "watch_junk"), junk, unless=False)
