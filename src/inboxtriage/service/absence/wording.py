"""What an acknowledgement says in each language that letters are written in. It is the same for everybody."""

from inboxtriage.approval.standing import Wording, digest
from inboxtriage.category.response import ABSENCE
from inboxtriage.config.settings import Absence
from inboxtriage.errors import ResponseFault
from inboxtriage.hours.absence import Away, away
from inboxtriage.service.assembly import Assembly

_NO_DAY = "a day on which the practice is open again (practice.hours, standards.holidays, standards.absences)"


def span(a: Assembly, absence: Absence) -> Away:
    """An absence in the practice's zone."""
    return away(a.hours, a.settings.standards, absence)


def wordings(a: Assembly, absence: Absence) -> tuple[Wording, ...]:
    """The text in every language, by the files as they are now. Raises ResponseFault where they cannot be read."""
    fresh = Assembly(a.settings, a.clock)
    languages = sorted(language for language in fresh.library.languages if fresh.composer.offers(language))
    found = (_wording(fresh, absence, language) for language in languages)
    return tuple({one.language: one for one in found}.values())


def wording_for(a: Assembly, absence: Absence, language: str) -> Wording:
    """The text for somebody who wrote in `language`; in the practice's own where there is none, or one with gaps.

    Raises ResponseFault.
    """
    fresh = Assembly(a.settings, a.clock)
    usual = fresh.library.default
    text = _wording(fresh, absence, language if fresh.composer.offers(language) else usual)
    return text if not text.gaps or text.language == usual else _wording(fresh, absence, usual)


def digests(a: Assembly, absence: Absence, texts: tuple[Wording, ...]) -> dict[str, str]:
    """What an approval of these texts binds to, by language; one with gaps cannot be approved."""
    when, zone = span(a, absence), a.settings.practice.timezone
    return {one.language: digest(when, zone, one) for one in texts if not one.gaps}


def _wording(a: Assembly, absence: Absence, language: str) -> Wording:
    from inboxtriage.reply.letters import Addressee  # noqa: PLC0415 - most commands compose nothing
    from inboxtriage.reply.speech import speech  # noqa: PLC0415

    if a.letter_library.find(ABSENCE, language) is None:
        raise ResponseFault(f"there is no {ABSENCE}.md among the letters", do="reinstall, or write one")
    say, when, key = speech(language).day, span(a, absence), _emergency_key(a, language)
    # Where no day is known the text cannot be approved, and is read all the same.
    answer = when.answer_at.astimezone(a.hours.zone).date() if when.answer_at else when.last
    said = {"until": say(when.last), "answer_by": say(answer), "back": say(when.back or answer), "emergency_key": key}
    if absence.cover.strip():
        said["cover"] = absence.cover.strip()
    if emergency := _emergency(a, language):
        said["emergency"] = emergency
    nobody = Addressee("", None, language, stage="inquire", client=False, said=said)
    draft = a.letters.compose(ABSENCE, nobody)
    gaps = draft.gaps if when.answer_at is not None else (*draft.gaps, _NO_DAY)
    return Wording(draft.language, draft.subject, draft.body, tuple(gaps))


def _emergency(a: Assembly, language: str) -> str:
    """The owner's own words for an emergency, in that language."""
    practice = a.settings.practice
    if language == a.library.default:
        return practice.urgent.text.strip()
    table = practice.translations.get(language, {}).get("urgent", {})
    return str(table.get("text", "")).strip() if isinstance(table, dict) else ""


def _emergency_key(a: Assembly, language: str) -> str:
    """Where those words belong in the configuration."""
    return "practice.urgent.text" if language == a.library.default else f"practice.translations.{language}.urgent.text"
