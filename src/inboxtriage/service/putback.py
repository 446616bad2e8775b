"""A store that was put back, or copied, sends nothing approved before: every approval is asked for again (G31).

Its outbox may name mail that left long ago. Who restores by `inboxtriage restore` gets the same at once.
"""

from inboxtriage.config.load import state_folder
from inboxtriage.outbox.generation import after, is_the_last
from inboxtriage.outbox.outgoing import DUE
from inboxtriage.service import approvals, marking
from inboxtriage.service.absence.approving import lapse
from inboxtriage.service.assembly import Assembly
from inboxtriage.store import installation, mark, messages, outgoing

WHY = "this store was put back or copied"


def settle(a: Assembly) -> int | None:
    """Before a round of sending: take back what an earlier state of this store approved, and renew the mark.

    How many were taken back; None where this is the store that sent last. Raises MarkUnusable: then nothing is sent.
    """
    ours = installation.get(a.db)
    known = mark.read(state_folder(), ours.id)
    if is_the_last(ours.count, known, approved=marking.any_approved(a)):
        if known != ours.count:
            mark.write(state_folder(), ours.id, ours.count)
        return None
    with a.db.writing():
        taken_back = take_back(a)
        installation.go_on_from(a.db, after(ours.count, known))
    mark.write(state_folder(), ours.id, installation.get(a.db).count)
    return taken_back


def take_back(a: Assembly) -> int:
    """Void every approval that did not leave; how many. Inside `writing`, with no claim alive."""
    outgoing.after_death(a.db)
    lapse(a, WHY)
    waiting = [messages.get(a.db, outgoing.message_of(mail)) for mail in outgoing.in_states(a.db, DUE)]
    return sum(approvals.withdraw(a, item, WHY) for item in waiting)


def to_look_at(a: Assembly) -> int:
    """How many approvals were taken back for this and still wait for a person."""
    return int(
        a.db.value(
            "SELECT count(*) FROM outgoing o JOIN item i ON i.message = o.message WHERE o.state = 'cancelled' "
            "AND o.last_reply = ? AND i.state = 'waiting' "
            "AND o.id = (SELECT max(id) FROM outgoing WHERE message = o.message)",
            WHY,
        )
    )
