"""A script for the phone, filled in for one person or for nobody in particular. Printed, never mailed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from inboxtriage.errors import NotFound
from inboxtriage.journey.history import standing
from inboxtriage.journey.lead import is_client
from inboxtriage.journey.stage import STAGES, Stage
from inboxtriage.reply.draft import Draft
from inboxtriage.reply.letters import Addressee, Times
from inboxtriage.reply.scripts import Caller, Question, Script
from inboxtriage.service import composing, templates, writing
from inboxtriage.service import leads as people
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.leads import LeadView
from inboxtriage.store import letters, messages
from inboxtriage.store.leads import number_of
from inboxtriage.store.messages import Item
from inboxtriage.triage.verdict import Evidence

_NEWCOMERS, _CLIENTS = "inquire", "engage"  # the scripts for whom no script of their stage is there
_LATEST = 5  # mails of theirs that are looked at


@dataclass(frozen=True, slots=True)
class Call:
    """A script, for whom it is, and what they asked in their own words (which stand in no script)."""

    script: Script
    lead: LeadView | None
    caller: Caller
    words: tuple[Evidence, ...]


def call(
    a: Assembly, who: str | None, *, name: str | None = None, stage: Stage | None = None, language: str | None = None
) -> Call:
    """The script `name`, else the one for `stage`, else for where they stand. Raises NotFound or ResponseFault."""
    view = people.find(a, who) if who is not None else None
    asking = _asking(a, view) if view is not None else None
    where = stage or (view.stage if view else STAGES[1])
    to = _addressee(a, view, where, language)
    client = is_client(where)
    caller = Caller(
        to=to,
        phone=view.lead.phone if view else None,
        urgent=bool(view and _is_urgent(a, view)),
        questions=tuple(_questions(a, asking, to.language, client=client)),
    )
    there = {one.name for one in a.script_library.all()}
    usual = where if where in there else _CLIENTS if client else _NEWCOMERS
    script = a.scripts.compose(name or usual, caller, Times(lambda: a.offering.free(0)))
    return Call(script, view, caller, asking.verdict.evidence if asking else ())


def _addressee(a: Assembly, view: LeadView | None, where: Stage, language: str | None) -> Addressee:
    if view is None:
        default = language or a.settings.responses.language
        return Addressee("", None, default, where, client=is_client(where), said={})
    to = composing.addressee(a, view.lead, standing(view.events), composing.Asked("", {}, language))
    return replace(to, stage=where, client=is_client(where))


def _asking(a: Assembly, view: LeadView) -> Item | None:
    """The last mail of theirs (or voicemail) that asks something."""
    latest = letters.mails_of(a.db, number_of(view.lead))[:_LATEST]
    items = (messages.get(a.db, number) for number in latest)
    return next((item for item in items if item.verdict.labels), None)


def _is_urgent(a: Assembly, view: LeadView) -> bool:
    latest = letters.mails_of(a.db, number_of(view.lead))
    items = (messages.get(a.db, number) for number in latest)
    return any(item.verdict.disposition == "urgent" and item.state in {"waiting", "snoozed"} for item in items)


def _questions(a: Assembly, asking: Item | None, language: str, *, client: bool) -> Iterator[Question]:
    """What they asked, with its answers; then what else a newcomer asks."""
    asked = _answers(a, asking, language) if asking is not None else {}
    for label, answer in asked.items():
        yield Question(label, _about(a, label, language), answer, asked=True)
    if client:
        return
    offered = language if a.composer.offers(language) else a.library.default
    sample = templates.sample_letter(a, a.library.labels, offered)
    for label, answer in _by_label(sample, a.library.labels).items():
        if label not in asked:
            yield Question(label, _about(a, label, language), answer, asked=False)


def _answers(a: Assembly, item: Item, language: str) -> dict[str, str]:
    """What a letter would say to each of their questions, whether or not one can be sent."""
    message = writing.read(a, item)
    if message is None:
        return {}
    kind = item.verdict.kind if item.verdict.kind in {"inquiry", "client"} else "inquiry"
    verdict = replace(item.verdict, disposition="reply", kind=kind, language=language)
    draft = writing.compose(a, message, verdict, writing.Place.of(a, item))
    return _by_label(draft, verdict.labels) if draft is not None else {}


def _by_label(draft: Draft, labels: tuple[str, ...]) -> dict[str, str]:
    said = {label: " ".join(s.text for s in draft.sources if s.label == label) for label in labels}
    return {label: text for label, text in said.items() if text}


def _about(a: Assembly, label: str, language: str) -> str:
    """What a question is about, in words."""
    response = a.library.find(label, language)
    if response is None:
        raise NotFound(f"there is no response {label}", do="`inboxtriage template list` shows every one")
    return response.title
