"""What people said for others to read: kept with their consent, and asked for only where the plan allows it."""

from dataclasses import dataclass

from inboxtriage.errors import Refused, UsageProblem
from inboxtriage.journey.lead import Lead
from inboxtriage.journey.testimonials import TESTIMONIAL, Testimonial, testimonials
from inboxtriage.message.plain import many_lines, one_line
from inboxtriage.service import leads as people
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.journey.moving import BY_HAND, of
from inboxtriage.service.leads import LeadView
from inboxtriage.store import evidence, leads, messages

_LONGEST = 4_000  # letters of a testimonial
_ALLOWS = "ask_for_testimonials = true in a journey.toml of your own allows it"


@dataclass(frozen=True, slots=True)
class Kept:
    """A testimonial and whose it is."""

    lead: Lead
    testimonial: Testimonial


def refuse_to_ask(a: Assembly, letter: str) -> None:
    """Raises Refused where a letter asks for a testimonial and this practice must not ask for one."""
    if letter == TESTIMONIAL and not a.plan.ask_for_testimonials:
        raise Refused(
            "testimonials are not asked for: a therapist does not solicit them from clients (APA 5.05)", do=_ALLOWS
        )


def keep(a: Assembly, text: str, words: str | None, mail: str | None) -> LeadView:
    """Keep what somebody said: `words`, or what their `mail` says; with both, a part of the mail word for word.

    Raises UsageProblem where there is nothing to keep, Refused where the mail is not theirs or does not say so.
    """
    view = people.find(a, text)
    said, cause = (words or "").strip(), BY_HAND
    if mail is not None:
        from inboxtriage.service.sorting import message_of  # noqa: PLC0415 - most words are typed

        item = messages.find(a.db, mail)
        if item.is_letter or item.lead is None or people.find(a, f"p{item.lead}").lead.id != view.lead.id:
            raise Refused(f"{item.id} is no mail of {view.lead.id}", do=f"`inboxtriage lead show {view.lead.id}`")
        message = message_of(messages.raw_of(a.db, item.number), a.settings.own_addresses())
        theirs = message.words.new.strip() if message is not None and item.erased_at is None else ""
        if " ".join(said.split()) not in " ".join(theirs.split()):
            raise Refused(f"{item.id} does not say that", do="give words that stand in it, or none to take all of it")
        said, cause = said or theirs, item.id
    said = many_lines(said).strip()[:_LONGEST]
    if not said:
        raise UsageProblem("there are no words to keep", do="give them in quotes, or --from with a message")
    with a.db.writing():
        leads.happened(a.db, of(view), "testimonial", at=a.clock.now(), cause=cause, note=said)
    return people.find(a, view.lead.id)


def consent(a: Assembly, text: str, to: str) -> LeadView:
    """Record to which use of their words somebody agreed."""
    use = one_line(to)
    if not use:
        raise UsageProblem("it is not said what they agreed to", do='such as --to "website, first name"')
    return _record(a, text, use)


def withdraw(a: Assembly, text: str) -> LeadView:
    """Record that somebody agrees to nothing any more."""
    return _record(a, text, None)


def usable(a: Assembly) -> tuple[list[Kept], int]:
    """The testimonials to whose use somebody agreed, the oldest first; and how many there are without."""
    found: dict[str, list[Kept]] = {}
    for lead in evidence.ever_had(a.db, "testimonial"):
        view = people.view_of(a, lead)
        if view is not None:
            found[view.lead.id] = [Kept(view.lead, one) for one in testimonials(view.events)]
    kept = [one for several in found.values() for one in several]
    agreed = sorted((one for one in kept if one.testimonial.consent), key=lambda one: one.testimonial.at)
    return agreed, len(kept) - len(agreed)


def _record(a: Assembly, text: str, use: str | None) -> LeadView:
    view = people.find(a, text)
    with a.db.writing():
        leads.happened(
            a.db,
            of(view),
            "consented" if use is not None else "consent withdrawn",
            at=a.clock.now(),
            cause=BY_HAND,
            what=TESTIMONIAL,
            value=use or "",
        )
    return people.find(a, view.lead.id)
