"""Who is asking and who is to be answered: From, Reply-To, or the person inside an envelope.

The answer goes to one address that is certain, or to none until a person chooses (G36, G37, G38).
"""

import re
import unicodedata

from inboxtriage.message.envelope import Envelope
from inboxtriage.message.header import is_own
from inboxtriage.message.model import Address, Person

_UNREAD = re.compile(r"^(?:.*[-._+])?(?:no|do[-._]?not)[-._]?reply\b.*@", re.IGNORECASE)
_LONGEST_NAME = 80
_ADDRESS_IN_NAME = re.compile(r"[^\s<>()\"']+ ?@ ?[^\s<>()\"',;]+\.\w+")


def who(
    froms: tuple[Address, ...], reply_to: tuple[Address, ...], envelope: Envelope | None, own: frozenset[str]
) -> Person:
    """The person behind a mail whose From and Reply-To are given, with every doubt about the address."""
    if envelope is not None and envelope.via != "from":
        return _inside(envelope, own)
    if len(froms) != 1:
        why = "no readable sender" if not froms else f"{len(froms)} senders: {_list(froms)}"
        return Person(None, None, None, None, "from", (why,))
    sender = froms[0]
    doubts = list(_address_doubts(sender))
    answer = sender.address if sender.plain and not is_own(sender.address, own) else None
    others = tuple(a for a in reply_to if a.address.lower() != sender.address.lower() and not is_own(a.address, own))
    if len({a.address.lower() for a in others}) > 1:
        doubts.append(f"Reply-To names several addresses: {_list(others)}")
        answer = None
    elif others:
        doubts.append(f"Reply-To is {others[0].address}, From is {sender.address}: choose with edit --to")
        doubts.extend(_address_doubts(others[0]))
        answer = others[0].address if others[0].plain else None
    return Person(_name(sender.name), sender.address, answer, None, "reply_to" if others else "from", tuple(doubts))


def _inside(envelope: Envelope, own: frozenset[str]) -> Person:
    address = envelope.address if envelope.address and not is_own(envelope.address, own) else None
    return Person(_name(envelope.name or ""), address, address, envelope.phone, envelope.via, envelope.doubts)


def _address_doubts(who_: Address) -> list[str]:
    doubts = []
    if _UNREAD.search(who_.address):
        doubts.append(f"nobody reads {who_.address}: choose with edit --to")
    if not who_.plain:
        doubts.append(f"{who_.address!r} is not an address that mail can be sent to safely")
    if who_.in_group:
        doubts.append(f"{who_.address} stands in a group of addresses: choose with edit --to")
    shown = _ADDRESS_IN_NAME.search(unicodedata.normalize("NFKC", who_.name))
    if shown and shown[0].replace(" ", "").lower() != who_.address.lower():
        doubts.append(f"the sender's name shows another address ({shown[0]}) than the real one ({who_.address})")
    return doubts


def _name(name: str) -> str | None:
    """A display name, or None where it is empty or only an address; one that would crowd out its address is cut."""
    name = name[:_LONGEST_NAME].strip()
    return None if not name or "@" in unicodedata.normalize("NFKC", name) else name


def _list(addresses: tuple[Address, ...]) -> str:
    return ", ".join(a.address for a in addresses[:5])
