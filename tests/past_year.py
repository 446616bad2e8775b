"""An invented year of a therapist's mail: what people asked, what she answered by hand, and what must teach nothing."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from inboxtriage.mailbox.protocol import DRAFT_MARK
from tests.practice import ADDRESS

ME = f"Maya Rao <{ADDRESS}>"
NOW = datetime.now(UTC).replace(microsecond=0)
SUPERBILL = "If your plan covers out-of-network therapists, I am happy to give you a superbill to send in."
NO_PLANS = "I am out of network with all insurance plans, so you pay me directly."
FEE = "My fee is $160 for a 50-minute session."
OLD_FEE = "My fee is $150 for a 50-minute session."
ROOM = "I do have room for new clients at the moment, mostly in the mornings."
COUPLES = "I see couples together from the first session on, and I never take sides."
VIDEO = "I offer secure video sessions as well as sessions in my Brooklyn office."
KIND = "Thank you so much for reaching out."
# Said more than once, and never to be proposed: a name, a number, a day, an illness, somebody's story.
NEVER = (
    "My colleague Priya Nair has room for you, and you can tell her that I sent you.",
    "You can reach my front desk at 555-014-2211 during office hours.",
    "Tuesday at 3 would work well for a first session with me.",
    "I have worked with panic attacks and trauma for many years now.",
    "I was so sorry to read about your mother and everything around it.",
    "Please write to intake@kids.example about younger children first.",
    "The best way to begin with me is Wednesday of next week.",
    "My office is at 12 Harbor Street, on the second floor of the building.",
)


@dataclass(frozen=True)
class Letter:
    """One inquiry and its answer; `style` is how her mail program quoted it."""

    name: str
    subject: str
    asks: str
    answer: str
    style: str
    days_ago: int

    @property
    def address(self) -> str:
        """Theirs."""
        return f"{self.name.split()[0].lower()}.{self.name.split()[-1].lower()}@example.org"

    @property
    def message_id(self) -> str:
        """Of the inquiry."""
        return f"<{self.name.replace(' ', '.').lower()}@mail.example.org>"


def _answer(name: str, *sentences: str) -> str:
    return f"Hi {name.split(maxsplit=1)[0]},\n\n{KIND} {' '.join(sentences)}\n\nWarmly,\nMaya\n"


def _one(name: str, subject: str, asks: str, style: str, days: int, *said: str) -> Letter:
    return Letter(
        name, subject, f"Hello Maya,\n\n{asks}\n\n{name.split(maxsplit=1)[0]}\n", _answer(name, *said), style, days
    )


INQUIRIES = (
    _one("Anna Lindqvist", "Insurance", "Do you take Aetna, and what would a session cost me?", "gmail", 20, SUPERBILL, FEE),
    _one("Bela Moreno", "fees", "What is your fee per session, and do you take insurance?", "outlook", 35, FEE, SUPERBILL),
    _one("Carol Njoroge", "question", "Do you accept Blue Cross? I have a PPO plan.", "bottom", 50, SUPERBILL, NO_PLANS, NEVER[1]),
    _one("Dmitri Vale", "cost of therapy", "How much do you charge for a session, and is there a sliding scale?", "none", 62, FEE),
    _one("Esme Duarte", "Cigna", "Are you in network with Cigna? If not, what are your rates?", "html", 71,
         SUPERBILL.replace("happy", "glad"), FEE, NEVER[1]),
    _one("Farid Khan", "insurance", "Do you take insurance? My plan has out-of-network benefits.", "gmail", 90, SUPERBILL, NO_PLANS, NEVER[7]),
    _one("Greta Olsen", "price", "What do you charge per session?", "gmail", 300, OLD_FEE, NEVER[7]),
    _one("Hank Boyle", "price?", "Hi, what is your fee for 50 minutes, and do you take Aetna?", "outlook", 320, OLD_FEE, SUPERBILL),
    _one("Ines Pardo", "openings", "Are you accepting new clients at the moment? How soon could I be seen?", "gmail", 15, ROOM, NEVER[2]),
    _one("Jonas Weber", "new client", "Do you have any openings for a new client this month?", "outlook", 28, ROOM, NEVER[2]),
    _one("Keiko Tanaka", "availability", "Are you taking new clients right now?", "bottom", 44, ROOM, NEVER[3]),
    _one("Liam Okafor", "room?", "Is there room in your practice for one more client, and how soon could we begin?", "none", 80, ROOM, NEVER[6]),
    _one("Mona Rinaldi", "waiting list", "Are you accepting new clients, or is there a waiting list?", "html", 100, ROOM, NEVER[6]),
    _one("Nadia Petrov", "couples", "Do you work with couples? My partner and I are looking for someone.", "gmail", 17, COUPLES, NEVER[4]),
    _one("Owen Clarke", "for the two of us", "Do you see couples? We would like to find the right person.", "outlook", 39, COUPLES, NEVER[4]),
    _one("Paula Stein", "couple", "Do you work with couples like us, who have been together for twenty years?", "bottom", 55, COUPLES),
    _one("Quinn Abbott", "teens", "Do you work with teenagers? My daughter is fifteen.", "gmail", 66, NEVER[0], NEVER[5]),
    _one("Rosa Delgado", "kids", "Do you see children? My son is eight.", "none", 77, NEVER[0], NEVER[5]),
    _one("Sam Whitfield", "online?", "Do you see people by video, or only in your office? Are evenings possible?", "gmail", 19, VIDEO),
    _one("Tara Bloom", "video sessions", "Do you offer online sessions? And do you see people on Saturdays?", "outlook", 41, VIDEO),
    _one("Uma Iyer", "hours", "What are your hours, and could we meet by video?", "html", 58, VIDEO, NEVER[3]),
    _one("Victor Hale", "saturday", "Do you have evening appointments, or anything on Saturdays?", "bottom", 69, VIDEO, "Parking is easiest on the street behind the church."),
)  # fmt: skip


def inbox() -> list[tuple[bytes, int]]:
    """Everything that came, with how many days ago: the inquiries, and mail that no answer of hers teaches from."""
    mails = [
        (_theirs(one.name, one.address, one.subject, one.asks, one.message_id, one.days_ago), one.days_ago)
        for one in INQUIRIES
    ]
    others = [
        ("Zoe Marsh", "zoe@vendor.example", "Grow your practice", "We build websites for therapists. Can I show you a demo next week? Our prices start at $99.", "<vendor@x>", 30),
        ("Ximena Ruiz", "ximena@friends.example", "dinner", "Dinner on Saturday at ours? The children miss you! Love, Ximena", "<friend@x>", 12),
        ("Yusuf Adan", "yusuf@example.org", "hello", "Do you take Oxford, and are you accepting new clients?", "<unanswered@x>", 9),
        ("Wendy Cho", "wendy@example.org", "couples", "Do you work with couples who are about to marry?", "<forwarded@x>", 33),
    ]  # fmt: skip
    return mails + [
        (_theirs(name, addr, subject, text, mid, days), days) for name, addr, subject, text, mid, days in others
    ]


def sent() -> list[tuple[bytes, int]]:
    """Everything that she sent: the answers, and what answers nobody."""
    mails = [(_answered(one), one.days_ago - 1) for one in INQUIRIES]
    first = INQUIRIES[0]
    strange = [
        # To a vendor and a friend: pairs, but no inquiries.
        _mine("zoe@vendor.example", "Re: Grow your practice", f"No thank you. {FEE}", "<s1@x>", 29, In_Reply_To="<vendor@x>"),
        _mine("ximena@friends.example", "Re: dinner", "Yes please, we would love to!", "<s2@x>", 11, In_Reply_To="<friend@x>"),
        # A forward, an automatic reply, a letter of the program's own, a mail to somebody else in the thread.
        _mine("colleague@example.net", "Fwd: couples", f"One for you? {COUPLES}", "<s3@x>", 32, In_Reply_To="<forwarded@x>"),
        _mine("wendy@example.org", "Automatic reply: couples", "I am away until Monday.", "<s4@x>", 33, In_Reply_To="<forwarded@x>", Auto_Submitted="auto-replied"),
        _mine("yusuf@example.org", "Re: hello", f"A letter. {ROOM}", "<s5@x>", 8, In_Reply_To="<unanswered@x>", **{DRAFT_MARK.replace("-", "_"): "abc"}),
        _mine("biller@example.net", "Re: hello", f"Do you know this plan? {FEE}", "<s6@x>", 8, In_Reply_To="<unanswered@x>"),
        # A second answer to somebody, an answer to a mail that is gone, a mail that answers nothing.
        _mine(first.address, "Re: Insurance", f"One more thing. {COUPLES}", "<s7@x>", 5, In_Reply_To=first.message_id),
        _mine("gone@example.org", "Re: gone", f"Hello,\n\n{COUPLES}\n", "<s8@x>", 60, In_Reply_To="<no.longer.there@x>"),
        _mine("list@example.org", "News from the office", f"{ROOM} {FEE}", "<s9@x>", 40),
    ]  # fmt: skip
    return mails + strange


def _theirs(name: str, address: str, subject: str, text: str, message_id: str, days_ago: int) -> bytes:
    return _mail(f"{name} <{address}>", ME, subject, text, message_id, days_ago)


def _mine(to: str, subject: str, text: str, message_id: str, days_ago: int, **headers: str) -> tuple[bytes, int]:
    return _mail(ME, to, subject, text, message_id, days_ago, **headers), days_ago


def _mail(
    sender: str, to: str, subject: str, text: str, message_id: str, days_ago: int, html: str = "", **headers: str
) -> bytes:
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"], made["Message-ID"] = sender, to, subject, message_id
    made["Date"] = format_datetime(NOW - timedelta(days=days_ago))
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(html or text, subtype="html" if html else "plain", cte="quoted-printable")
    return made.as_bytes()


def _answered(one: Letter) -> bytes:
    """Her answer, as each mail program quotes; one gives only References, one neither quotes nor signs."""
    day = NOW - timedelta(days=one.days_ago)
    quoted = "\n".join(f"> {line}".rstrip() for line in one.asks.splitlines())
    wrote = f"On {day:%a, %b} {day.day}, {day:%Y} at 9:00 AM {one.name} <{one.address}> wrote:"
    header = f"From: {one.name} <{one.address}>\nSent: {day:%A, %B} {day.day}, {day:%Y} 9:00 AM\nTo: Maya Rao\nSubject: {one.subject}"
    text = {
        "gmail": f"{one.answer}\n{wrote}\n\n{quoted}\n",
        "bottom": f"{wrote}\n{quoted}\n\n{one.answer}",
        "outlook": f"{one.answer}\n-----Original Message-----\n{header}\n\n{one.asks}",
        "none": one.answer,
        "html": one.answer,
    }[one.style]
    html = ""
    if one.style == "html":
        paragraphs = "".join(f"<p>{part.replace(chr(10), '<br>')}</p>" for part in one.answer.strip().split("\n\n"))
        html = f"<div>{paragraphs}</div><div class='gmail_quote'>{wrote}<blockquote>{one.asks}</blockquote></div>"
    thread = {"References": one.message_id} if one.style == "bottom" else {"In_Reply_To": one.message_id}
    to = f"{one.name} <{one.address}>"
    return _mail(ME, to, f"Re: {one.subject}", text, f"<a{one.message_id[1:]}", one.days_ago - 1, html, **thread)
