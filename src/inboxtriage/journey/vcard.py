"""Address books (vCard 2.1, RFC 2426, RFC 6350) as cells by the kinds of `columns.toml`, and back. The door to vobject.

Cards are taken apart one by one, and only what is of use of each is handed to the library: a picture of a megabyte, a
property nobody knows or a card without an end costs nothing else.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

import vobject

_BEGIN = re.compile(r"\s*begin\s*:\s*vcard\s*", re.IGNORECASE)
_END = re.compile(r"\s*end\s*:\s*vcard\s*", re.IGNORECASE)
_PROPERTY = re.compile(r"(?:(?P<group>[\w-]{1,40})\.)?(?P<name>[A-Za-z][\w-]{0,60})(?P<head>[^:\r\n]{0,300}):")
_QUOTED = re.compile(r"quoted-printable", re.IGNORECASE)
_KINDS = {"EMAIL": "email", "TEL": "phone", "FN": "name", "NOTE": "note", "LANG": "language", "TZ": "zone"}
_KINDS |= {"BDAY": "birthday", "ANNIVERSARY": "anniversary", "X-ANNIVERSARY": "anniversary"}
_ONLY_WHERE_NAMELESS = {"N", "ORG", "NICKNAME"}
_APPLE = {"X-ABDATE", "X-ABLABEL"}  # a date, and in a line of the same group what it is
_OURS = "X-INBOXTRIAGE-"
_LONGEST_PROPERTY, _MOST_PROPERTIES = 8_192, 200
_NO_YEAR = "1604-"  # how Apple writes a birthday whose year is not known

Cells = dict[str, list[str]]


def is_address_book(text: str) -> bool:
    """Whether a file begins as an address book does."""
    return _BEGIN.match(text.lstrip("\ufeff\r\n\t ")) is not None


def read_cards(text: str) -> Iterator[tuple[int, Cells | None]]:
    """Every card with the line on which it begins, from 1; None where it cannot be taken apart."""
    card: list[str] | None = None
    begins = 0
    for number, line in enumerate(text.splitlines(), start=1):
        if _BEGIN.fullmatch(line[:40]):
            if card is not None:  # the one before has no end
                yield begins, _cells(card)
            card, begins = [], number
        elif card is not None and _END.fullmatch(line[:40]):
            yield begins, _cells(card)
            card = None
        elif card is not None:
            card.append(line)
    if card is not None:
        yield begins, _cells(card)


def write_card(cells: Mapping[str, str]) -> str:
    """One card (RFC 2426) of cells by kind; what the format has no property for stands in properties of our own."""
    card = vobject.vCard()
    name = cells.get("name") or cells.get("email") or cells.get("phone") or ""
    card.add("fn").value = name
    first, _, last = name.rpartition(" ") if cells.get("name") else ("", "", name)
    card.add("n").value = vobject.vcard.Name(family=last, given=first)
    for kind, value in cells.items():
        if not value or kind == "name":
            continue
        if kind == "email":
            card.add("email").value = value
        elif kind == "phone":
            card.add("tel").value = value
        elif kind in {"birthday", "anniversary"}:
            day = card.add("bday" if kind == "birthday" else "x-anniversary")
            day.value = value.replace("--", _NO_YEAR)
            if value.startswith("--"):
                day.params["X-APPLE-OMIT-YEAR"] = [_NO_YEAR[:4]]
        else:
            card.add(f"{_OURS}{kind}".replace("_", "-")).value = value
    written: str = card.serialize()
    return written


def _cells(lines: Sequence[str]) -> Cells | None:
    """What a card says; None where the library cannot read it."""
    kept = list(_useful(lines))
    source = "\r\n".join(["BEGIN:VCARD", "VERSION:3.0", *kept, "END:VCARD", ""])
    try:
        card = vobject.readOne(source, ignoreUnreadable=True, allowQP=any(map(_QUOTED.search, kept)))
        return _said(card)
    except Exception:  # noqa: BLE001 - whatever a broken card makes the library raise, it costs that card alone
        return None


def _useful(lines: Sequence[str]) -> Iterator[str]:
    """The properties that matter, each on one line, none longer than it can mean something."""
    count = 0
    for line in _unfolded(lines):
        found = _PROPERTY.match(line)
        if found is None:
            continue
        name = found["name"].upper().replace("_", "-")
        if name in _KINDS or name in _ONLY_WHERE_NAMELESS or name in _APPLE or name.startswith(_OURS):
            count += 1
            if count > _MOST_PROPERTIES:
                return
            yield line[:_LONGEST_PROPERTY]


def _unfolded(lines: Sequence[str]) -> Iterator[str]:
    """Lines with those joined that go on in the next: by white space, or by the = of quoted-printable."""
    parts: list[str] = []
    goes_on = False
    for line in lines:
        if parts and (goes_on or line[:1] in {" ", "\t"}):
            parts.append(line if goes_on else line[1:])
        else:
            if parts:
                yield "".join(parts)
            parts = [line]
        goes_on = bool(_QUOTED.search(parts[0][:300])) and line.endswith("=")
        if goes_on:
            parts[-1] = parts[-1][:-1]
    if parts:
        yield "".join(parts)


def _said(card: vobject.base.Component) -> Cells:
    found: Cells = {}
    dates: dict[str, str] = {}
    labels: dict[str, str] = {}
    for one in card.getChildren():
        name = one.name.upper()
        value = _text(one.value)
        if not value.strip():
            continue
        if name in _APPLE:
            (dates if name == "X-ABDATE" else labels)[one.group or ""] = value
        elif name.startswith(_OURS):
            kind = name.removeprefix(_OURS).lower().replace("-", "_")
            found.setdefault(kind, []).append(value)
        elif name == "TZ" and "/" not in value:
            continue  # an offset is no zone: it does not know summer time
        elif name in _KINDS:
            day = _KINDS[name] in {"birthday", "anniversary"}
            first = "PREF" in (what.upper() for what in one.params.get("TYPE", ())) or "PREF" in one.params
            cells = found.setdefault(_KINDS[name], [])
            cells.insert(0 if first else len(cells), _day(value) if day else value)
        elif name in _ONLY_WHERE_NAMELESS:
            found.setdefault(name, []).append(value)
    for group, value in dates.items():
        if "anniversary" in labels.get(group, "").lower():
            found.setdefault("anniversary", []).append(_day(value))
    return _named(found)


def _named(found: Cells) -> Cells:
    """With a name from what else there is, and none where it only repeats the address or the number."""
    others = [value for kind in ("N", "ORG", "NICKNAME") for value in found.pop(kind, [])]
    known = {value.strip().lower() for kind in ("email", "phone") for value in found.get(kind, [])}
    names = [name for name in [*found.get("name", []), *others] if name.strip().lower() not in known]
    return {**found, "name": names[:1]}


def _day(value: str) -> str:
    """A day without the year that stands for none, and without a time of day."""
    day = value.strip().split("T")[0]
    return f"--{day.removeprefix(_NO_YEAR)}" if day.startswith(_NO_YEAR) else day


def _text(value: object) -> str:
    """A property's value as text: of a name, the parts in the order in which they are said; of a list, the first."""
    if isinstance(value, vobject.vcard.Name):
        return " ".join(part for part in (_text(value.given), _text(value.additional), _text(value.family)) if part)
    if isinstance(value, list):
        return " ".join(filter(None, (_text(one) for one in value)))
    return value if isinstance(value, str) else ""
