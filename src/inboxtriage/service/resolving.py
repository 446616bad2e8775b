"""Settling a send whose end nobody knows: by proof from Sent, else by a person's word. Never by a blind retry."""

from inboxtriage.errors import NotFound, Refused
from inboxtriage.outbox.outgoing import Outgoing
from inboxtriage.service.approvals import record, withdraw
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.sending import sending_alone, was_sent
from inboxtriage.store import acknowledgements, drafts, messages, outgoing
from inboxtriage.store.ids import MESSAGE, OUTGOING, number


def find(a: Assembly, text: str) -> Outgoing:
    """The mail that an id names: its own (o3), or that of the message it answers (m7). Raises NotFound."""
    if text.strip().lower().startswith(MESSAGE):
        mail = outgoing.of_message(a.db, number(MESSAGE, text))
        if mail is None:
            raise NotFound(f"nothing was approved for {text}", do="see `inboxtriage outbox`")
        return mail
    return outgoing.get(a.db, number(OUTGOING, text))


def resolve(a: Assembly, text: str, *, sent: bool, resend: bool) -> tuple[Outgoing, str]:
    """Settle an unknown send; the mail and how it was settled. Raises Refused where a person must choose."""
    with sending_alone(a, 5.0):
        with a.db.writing():
            outgoing.after_death(a.db)
        mail = find(a, text)
        if mail.state != "unknown":
            raise Refused(f"{mail.id} is {mail.state}, not unknown", do="only an unknown send needs settling")
        if acknowledgements.get(a.db, outgoing.message_of(mail)) is not None:
            raise Refused(f"{mail.id} is an acknowledgement of an absence", do="nothing: it is never sent again")
        if sent:
            return _settled(a, mail, in_sent=False), "you say it was sent"
        if resend:
            return _again(a, mail)
        if proof := _proof(a, mail):
            return _settled(a, mail, in_sent=True), proof
    raise Refused(
        f"{mail.id}: no proof in Sent that it left",
        do=f"ask {mail.to} or look in your mail client, then choose --sent or --resend (`resolve {mail.id} --sent`)",
    )


def _proof(a: Assembly, mail: Outgoing) -> str | None:
    """What in Sent shows that the mail left: our Message-ID, or an answer to theirs under another (G3)."""
    account = a.account(mail.account)
    mailbox = a.mailbox(account)
    try:
        if mailbox.sent_holds(mail.message_id):
            return "found in Sent"
        answered = messages.get(a.db, outgoing.message_of(mail)).message_id
        if answered is not None and mailbox.sent_answers(answered):
            return "an answer to them was found in Sent"
    finally:
        mailbox.close()
    return None


def _settled(a: Assembly, mail: Outgoing, *, in_sent: bool) -> Outgoing:
    now = a.clock.now()
    with a.db.writing():
        outgoing.move(a.db, outgoing.number_of(mail), "sent", sent_at=now)
        was_sent(a, mail, a.settings.account(mail.account), now, in_sent=in_sent)
        record(a, mail, "marked sent", a.clock.now())
    return outgoing.get(a.db, outgoing.number_of(mail))


def _again(a: Assembly, mail: Outgoing) -> tuple[Outgoing, str]:
    """Let it go out again; unless something happened in the conversation meanwhile, then it waits for a person."""
    with a.db.writing():
        outgoing.move(a.db, outgoing.number_of(mail), "queued", not_before=a.clock.now())
        record(a, mail, "resent", a.clock.now())
        item = messages.get(a.db, outgoing.message_of(mail))
        why = drafts.overtaken(a.db, item)
        if why is not None:
            withdraw(a, item, why)
    said = "it goes out again" if why is None else f"{item.id} waits for you again, as {why}"
    return outgoing.get(a.db, outgoing.number_of(mail)), said
