"""Several mails of one person before an answer: one letter answers them all, and the older ones step back."""

from inboxtriage.journey.names import may_be_one
from inboxtriage.service import writing
from inboxtriage.service.assembly import Assembly
from inboxtriage.store import conversation, drafts, messages
from inboxtriage.store.drafts import Seen
from inboxtriage.store.messages import Item


def fold(a: Assembly, newer: Item) -> str:
    """Let the letter to a new mail answer the person's older ones that still wait; inside `writing`.

    Only where the same address is answered, by somebody of the same name as far as is known, and nobody has written on
    the older letter. What could mean danger stays a mail of its own. Gives the personal lines that were added to it.
    """
    if newer.verdict.disposition != "reply" or newer.person is None:
        return ""
    notes = []
    for older in conversation.of_conversation(a.db, newer.number, newer.person, "waiting"):
        same = older.person == newer.person and older.answer_to == newer.answer_to and older.account == newer.account
        same = same and may_be_one(older.name, newer.name) and not older.verdict.is_near_danger
        if older.is_letter or not same or older.verdict.disposition != "reply" or older.number > newer.number:
            continue
        waiting = drafts.get(a.db, older)
        if waiting is None or waiting.edited or drafts.was_chosen(a.db, older.number):
            continue
        notes.append(waiting.note)
        conversation.fold(a.db, older.number, newer.number)
        drafts.remove(a.db, older.number)
    return " ".join(note for note in notes if note)


def unfold(a: Assembly, head: Item) -> None:
    """Let the older mails wait for themselves again, because no letter will go to the newer one; inside `writing`."""
    for number in conversation.unfold(a.db, head.number):
        item = messages.get(a.db, number)
        message = writing.read(a, item)
        if message is not None:
            known = Seen(conversation.newest_of(a.db, item), a.clock.now())
            writing.write(a, message, item.verdict, writing.Place.of(a, item), knowing=known)
