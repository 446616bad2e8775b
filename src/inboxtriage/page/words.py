"""How figures and names read, on a page and on a terminal alike. Pure."""

from datetime import date, datetime

from inboxtriage.journey.measures.spread import Share

TOO_FEW = "too few to say"
DISPOSITIONS = {"all": "all mail", "urgent": "urgent", "reply": "inquiries", "read": "to be read"}
OUTCOMES = {
    "open": "on their way",
    "referred_out": "referred to a colleague",
    "declined": "declined",
    "withdrawn": "withdrew",
    "no_answer": "never answered",
    "ended": "ended",
}


def percent(share: float | None) -> str:
    """Such as "93%"; never 100% or 0% unless it is all or none."""
    if share is None:
        return TOO_FEW
    whole = round(share * 100)
    if whole == 100 and share < 1:
        return "over 99%"
    return "under 1%" if whole == 0 and share > 0 else f"{whole}%"


def of(share: Share) -> str:
    """How many of how many; "none" where there was nothing to count."""
    return "none" if not share.n else f"{share.count:,} of {share.n:,}"


def span(value: float | None, unit: str) -> str:
    """A time: "2.4 h", "12 h", "under 0.1 h"."""
    if value is None:
        return TOO_FEW
    if 0 < value < 0.05:
        return f"under 0.1 {unit}"
    return f"{plain(value)} {unit}"


def plain(value: float) -> str:
    """A number without needless digits: "12,480", "8.5", "0"."""
    rounded = round(value, 1)
    return f"{round(value):,}" if abs(value) >= 20 or rounded == int(rounded) else f"{rounded:,}"


def short(value: float) -> str:
    """A number where there is little room: "12k", "1.2k", "840"."""
    if abs(value) >= 999_500:
        return f"{value / 1e6:.1f}m"
    if abs(value) >= 9_950:
        return f"{value / 1e3:.0f}k"
    return f"{value / 1e3:.1f}k" if abs(value) >= 1_000 else plain(value)


def day(when: date) -> str:
    """Such as "22 Nov 2026"."""
    return f"{when.day} {when:%b %Y}"


def moment(when: datetime) -> str:
    """Such as "22 Nov 2026, 09:30"."""
    return f"{day(when)}, {when:%H:%M}"


def signed(net: float) -> str:
    """A net share: "+42", "-3"."""
    return f"{round(net * 100):+d}"


def month(name: str) -> str:
    """The name of a month, "Nov" of "2026-11"."""
    first = date.fromisoformat(f"{name}-01")
    return f"{first:%b}"


def many(count: int, one: str, more: str) -> str:
    """Such as "1 person", "12 people"."""
    return f"{count:,} {one if count == 1 else more}"


def sentence(text: str) -> str:
    """The same words with a capital in front."""
    return text[:1].upper() + text[1:]
