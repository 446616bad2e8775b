"""The tables, as named migrations of sqlite-utils. Each runs in one transaction: a store is old or new, never between.

Times are UTC in one fixed ISO form, so that text order is time order; lists and mappings are JSON.
"""

from sqlite_utils import Database, Migrations

migrations = Migrations("inboxtriage")

_FIRST = (
    # What a mail is, as read once: never changed afterwards.
    """CREATE TABLE message (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        content_key TEXT NOT NULL UNIQUE,
        account TEXT NOT NULL,
        received_at TEXT NOT NULL,
        message_id TEXT,
        in_reply_to TEXT,
        "references" TEXT NOT NULL,
        sender TEXT,
        answer_to TEXT,
        name TEXT,
        phone TEXT,
        via TEXT NOT NULL,
        person TEXT,
        subject TEXT NOT NULL,
        written_to TEXT,
        doubts TEXT NOT NULL,
        attachments TEXT NOT NULL,
        raw_sha256 TEXT NOT NULL,
        lead INTEGER REFERENCES lead(id)
    ) STRICT""",
    "CREATE INDEX message_by_id ON message(message_id)",
    "CREATE INDEX message_by_person ON message(person)",
    "CREATE INDEX message_by_lead ON message(lead)",
    """CREATE TABLE reference (
        to_id TEXT NOT NULL,
        message INTEGER NOT NULL REFERENCES message(id) ON DELETE CASCADE,
        PRIMARY KEY (to_id, message)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX reference_of_message ON reference(message)",
    """CREATE TABLE raw (
        message INTEGER PRIMARY KEY REFERENCES message(id) ON DELETE CASCADE,
        bytes BLOB NOT NULL
    ) STRICT""",
    # What was decided about it, and where it stands in the queue.
    """CREATE TABLE item (
        message INTEGER PRIMARY KEY REFERENCES message(id) ON DELETE CASCADE,
        disposition TEXT NOT NULL,
        reason TEXT NOT NULL,
        kind TEXT,
        automated TEXT,
        urgent INTEGER NOT NULL,
        labels TEXT NOT NULL,
        scores TEXT NOT NULL,
        evidence TEXT NOT NULL,
        asks TEXT NOT NULL,
        language TEXT NOT NULL,
        confidence REAL NOT NULL,
        error TEXT,
        state TEXT NOT NULL CHECK (state IN
            ('waiting', 'snoozed', 'approved', 'answered', 'rejected', 'done', 'ignored', 'folded')),
        folded_into INTEGER REFERENCES message(id), -- the person's later mail whose letter answers this one too
        unanswered TEXT NOT NULL DEFAULT '[]',
        snoozed_until TEXT,
        settled_at TEXT,
        how TEXT,
        due_at TEXT,
        erased_at TEXT -- when its words were erased by age; NULL: they are kept
    ) STRICT""",
    "CREATE INDEX item_by_state ON item(state)",
    "CREATE INDEX item_by_head ON item(folded_into) WHERE folded_into IS NOT NULL",
    # The letter that waits for a person. `newest` is the person's last mail that the letter, or whoever edited it
    # (at `acknowledged_at`), knows of. Its `offers` are held for it until `held_until`; `made_from` tells
    # what it was composed from.
    """CREATE TABLE draft (
        message INTEGER PRIMARY KEY REFERENCES message(id) ON DELETE CASCADE,
        kind TEXT NOT NULL,
        to_address TEXT,
        to_chosen INTEGER NOT NULL DEFAULT 0,
        subject TEXT NOT NULL,
        body TEXT NOT NULL,
        language TEXT NOT NULL,
        gaps TEXT NOT NULL,
        sources TEXT NOT NULL,
        note TEXT NOT NULL DEFAULT '',
        offers TEXT NOT NULL DEFAULT '[]',
        held_until TEXT,
        refers_to TEXT NOT NULL DEFAULT '[]',
        stage TEXT,
        attachments TEXT NOT NULL DEFAULT '[]',
        remarks TEXT NOT NULL DEFAULT '[]',
        made_from TEXT NOT NULL DEFAULT '',
        edited INTEGER NOT NULL DEFAULT 0,
        written_at TEXT NOT NULL,
        newest INTEGER NOT NULL,
        acknowledged_at TEXT,
        shown_sha256 TEXT
    ) STRICT""",
    "CREATE INDEX draft_holding ON draft(held_until) WHERE held_until IS NOT NULL",
    # Answered from another mail client.
    """CREATE TABLE answered (
        message INTEGER PRIMARY KEY REFERENCES message(id) ON DELETE CASCADE,
        how TEXT NOT NULL,
        at TEXT NOT NULL
    ) STRICT""",
    # Copies of letters in the owner's Drafts folder (approval.copies says what the states mean). `sha256` is of the
    # bytes there, `draft_sha256` of the letter; `sent_at`: when a mail was found in Sent that may be it.
    """CREATE TABLE drafts_copy (
        message INTEGER PRIMARY KEY REFERENCES message(id) ON DELETE CASCADE,
        account TEXT NOT NULL,
        folder TEXT NOT NULL,
        validity TEXT NOT NULL,
        uid TEXT,
        message_id TEXT NOT NULL UNIQUE,
        token TEXT NOT NULL,
        to_address TEXT NOT NULL,
        theirs TEXT,
        sha256 TEXT NOT NULL,
        draft_sha256 TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('putting', 'lying', 'removing', 'edited', 'missing', 'lost', 'deleted')),
        put_at TEXT NOT NULL,
        sent_at TEXT,
        missing_since TEXT
    ) STRICT""",
    # The ledger: every message looked at, by the place where it was seen.
    """CREATE TABLE sighting (
        account TEXT NOT NULL,
        folder TEXT NOT NULL,
        validity TEXT NOT NULL,
        uid TEXT NOT NULL,
        message INTEGER REFERENCES message(id) ON DELETE SET NULL, -- NULL: passed over on purpose, or forgotten
        gone_at TEXT, -- when it was first found to be there no more
        PRIMARY KEY (account, folder, validity, uid)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX sighting_of_message ON sighting(message)",
    """CREATE TABLE mark (
        account TEXT NOT NULL,
        folder TEXT NOT NULL,
        validity TEXT NOT NULL,
        uid TEXT,
        since TEXT,
        PRIMARY KEY (account, folder)
    ) STRICT, WITHOUT ROWID""",
    # How the last pass over a folder added up, and which flags it looked at.
    """CREATE TABLE tally (
        account TEXT NOT NULL,
        folder TEXT NOT NULL,
        in_mailbox INTEGER NOT NULL,
        known INTEGER NOT NULL,
        passed_over INTEGER NOT NULL,
        unrecorded INTEGER NOT NULL,
        asked_again INTEGER NOT NULL,
        gone INTEGER NOT NULL,
        at TEXT NOT NULL,
        compared_at TEXT NOT NULL,
        flags_seen TEXT,
        PRIMARY KEY (account, folder)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE unfetched (
        account TEXT NOT NULL,
        folder TEXT NOT NULL,
        validity TEXT NOT NULL,
        uid TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        PRIMARY KEY (account, folder, validity, uid)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE pass (
        account TEXT PRIMARY KEY,
        started_at TEXT NOT NULL,
        ended_at TEXT NOT NULL,
        fetched INTEGER NOT NULL,
        error TEXT,
        succeeded_at TEXT
    ) STRICT""",
    """CREATE TABLE worker (
        account TEXT PRIMARY KEY,
        doing TEXT NOT NULL CHECK (doing IN ('listening', 'polling', 'resting', 'broken', 'stuck')),
        since TEXT NOT NULL,
        until TEXT,
        why TEXT
    ) STRICT""",
    # Approved mail. Only one that lives, or was sent, for each message: the last guard against a double send.
    """CREATE TABLE outgoing (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        message INTEGER NOT NULL REFERENCES message(id) ON DELETE CASCADE,
        account TEXT NOT NULL,
        sender TEXT NOT NULL,
        to_address TEXT NOT NULL,
        subject TEXT NOT NULL,
        message_id TEXT NOT NULL UNIQUE,
        draft_sha256 TEXT NOT NULL,
        wire_sha256 TEXT NOT NULL,
        mime BLOB NOT NULL,
        state TEXT NOT NULL CHECK (state IN
            ('queued', 'sending', 'committing', 'sent', 'deferred', 'failed', 'unknown', 'cancelled')),
        attempts INTEGER NOT NULL DEFAULT 0,
        approved_at TEXT NOT NULL,
        not_before TEXT NOT NULL,
        last_reply TEXT,
        handed_at TEXT, -- when the server was about to be given it
        sent_at TEXT,
        audit INTEGER NOT NULL REFERENCES audit(seq),
        copy TEXT NOT NULL DEFAULT 'none' CHECK (copy IN ('none', 'wanted', 'saved')),
        flag TEXT NOT NULL DEFAULT 'none' CHECK (flag IN ('none', 'wanted', 'set'))
    ) STRICT""",
    """CREATE UNIQUE INDEX one_live_outgoing ON outgoing(message)
        WHERE state IN ('queued', 'sending', 'committing', 'deferred', 'unknown', 'sent')""",
    "CREATE INDEX outgoing_by_state ON outgoing(state, not_before)",
    # This installation, and how many mails it was about to hand over: held against a mark outside the store.
    """CREATE TABLE installation (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        id TEXT NOT NULL,
        count INTEGER NOT NULL
    ) STRICT""",
    "INSERT INTO installation VALUES (1, lower(hex(randomblob(16))), 0)",
    """CREATE TABLE sender (
        account TEXT PRIMARY KEY,
        failures INTEGER NOT NULL,
        paused_until TEXT NOT NULL,
        why TEXT NOT NULL
    ) STRICT""",
    # Who approved what: append-only, sealed row by row.
    """CREATE TABLE audit (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        actor TEXT NOT NULL,
        action TEXT NOT NULL,
        item TEXT NOT NULL,
        outgoing TEXT NOT NULL,
        draft_sha256 TEXT NOT NULL,
        wire_sha256 TEXT NOT NULL,
        previous TEXT NOT NULL,
        hash TEXT NOT NULL
    ) STRICT""",
    "CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit records are kept'); END",
    "CREATE TRIGGER audit_is_final BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit records are final'); END",
    # People, and everything that happened with them.
    """CREATE TABLE lead (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        address TEXT UNIQUE,
        name TEXT,
        phone TEXT,
        line TEXT, -- the number as `journey.phone.same_line` brings every spelling of it to one
        source TEXT NOT NULL,
        first_seen_at TEXT NOT NULL,
        merged_into INTEGER REFERENCES lead(id) ON DELETE SET NULL -- the same person, by the owner's word
    ) STRICT""",
    "CREATE INDEX lead_by_line ON lead(line) WHERE line IS NOT NULL",
    "CREATE INDEX lead_by_root ON lead(merged_into) WHERE merged_into IS NOT NULL",
    """CREATE TABLE event (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        lead INTEGER NOT NULL REFERENCES lead(id) ON DELETE CASCADE,
        kind TEXT NOT NULL,
        stage TEXT,
        at TEXT NOT NULL,
        cause TEXT NOT NULL,
        note TEXT NOT NULL,
        what TEXT NOT NULL DEFAULT '',
        value TEXT NOT NULL DEFAULT ''
    ) STRICT""",
    "CREATE INDEX event_of_lead ON event(lead, id)",
    "CREATE INDEX event_of_kind ON event(kind, lead, at)",
    "CREATE INDEX event_that_moved ON event(lead, id) WHERE stage IS NOT NULL",
    "CREATE INDEX event_undone ON event(value) WHERE kind = 'undone'",
    "CREATE TRIGGER event_is_final BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'events are final'); END",
    # Letters of ours that answer no mail: a message row each (via "journey"), so that approval, outbox and sending are
    # the same for all. `content_key` of that row is made of lead, touch and occurrence: each is written once.
    """CREATE TABLE letter (
        message INTEGER PRIMARY KEY REFERENCES message(id) ON DELETE CASCADE,
        name TEXT NOT NULL, -- the file under responses/letters
        touch TEXT, -- of the journey's plan; NULL: asked for by hand
        occurrence TEXT NOT NULL,
        why TEXT NOT NULL,
        said TEXT NOT NULL, -- what the owner gave to be filled in, as JSON
        language TEXT -- chosen for this letter; NULL: the lead's own
    ) STRICT""",
    # What was approved, or withdrawn, for all who write during an absence (known by its first day): the last row of an
    # absence counts. `texts` are the digests of what may be sent, by language.
    """CREATE TABLE standing (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        absence TEXT NOT NULL,
        until TEXT NOT NULL,
        action TEXT NOT NULL CHECK (action IN ('approved', 'withdrawn')),
        texts TEXT NOT NULL,
        at TEXT NOT NULL,
        actor TEXT NOT NULL,
        why TEXT NOT NULL
    ) STRICT""",
    "CREATE TRIGGER standing_is_kept BEFORE DELETE ON standing BEGIN SELECT RAISE(ABORT, 'approvals are kept'); END",
    "CREATE TRIGGER standing_is_final BEFORE UPDATE ON standing BEGIN SELECT RAISE(ABORT, 'approvals are final'); END",
    # Acknowledgements: a message row of ours each (via "absence"), so that outbox and sending are the same for all.
    # `person` is an address without case and tag: one for each in an absence. `theirs` is the mail it acknowledges.
    """CREATE TABLE acknowledgement (
        message INTEGER PRIMARY KEY REFERENCES message(id) ON DELETE CASCADE,
        theirs INTEGER NOT NULL REFERENCES message(id) ON DELETE CASCADE,
        absence TEXT NOT NULL,
        until TEXT NOT NULL,
        person TEXT NOT NULL,
        language TEXT NOT NULL,
        answer_at TEXT NOT NULL, -- by when it promises the answer
        standing INTEGER NOT NULL REFERENCES standing(id),
        written_at TEXT NOT NULL,
        UNIQUE (absence, person)
    ) STRICT""",
    "CREATE INDEX acknowledgement_of ON acknowledgement(theirs)",
    # What the owner corrected, and how to take a step back.
    """CREATE TABLE correction (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        message INTEGER NOT NULL REFERENCES message(id) ON DELETE CASCADE,
        at TEXT NOT NULL,
        labels TEXT NOT NULL,
        urgent INTEGER NOT NULL,
        kind TEXT NOT NULL,
        how TEXT NOT NULL
    ) STRICT""",
    "CREATE UNIQUE INDEX correction_of_message ON correction(message)",
    # Mail from before the first day that the owner said the truth about, by itself: it is in no queue. And keyed hashes
    # of what was put aside: mails that were left out, sentences that were taken or not.
    """CREATE TABLE past (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        content_key TEXT NOT NULL UNIQUE,
        sender TEXT,
        person TEXT,
        answer_to TEXT,
        bytes BLOB NOT NULL,
        labels TEXT NOT NULL,
        urgent INTEGER NOT NULL,
        kind TEXT NOT NULL,
        language TEXT NOT NULL,
        evidence TEXT NOT NULL,
        at TEXT NOT NULL
    ) STRICT""",
    "CREATE TABLE past_settled (mark TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT, WITHOUT ROWID",
    # The owner's rules for senders, and the people of a pinned domain to whom the owner wrote.
    """CREATE TABLE pin (
        who TEXT PRIMARY KEY,
        rule TEXT NOT NULL,
        at TEXT NOT NULL,
        hits INTEGER NOT NULL,
        lifted_at TEXT
    ) STRICT, WITHOUT ROWID""",
    "CREATE TABLE unpinned (address TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT, WITHOUT ROWID",
    """CREATE TABLE step (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        message INTEGER NOT NULL REFERENCES message(id) ON DELETE CASCADE,
        kind TEXT NOT NULL,
        at TEXT NOT NULL,
        before TEXT NOT NULL,
        undone_at TEXT
    ) STRICT""",
    "CREATE INDEX step_of_message ON step(message, id)",
    # People who were erased: of each of their mails a keyed hash, by which it is known when it is seen again.
    "CREATE TABLE forgotten (mark TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE forgotten_key (only INTEGER PRIMARY KEY CHECK (only = 1), secret BLOB NOT NULL) STRICT",
    # How many letters of the journey's plan were not written when it was last looked: more than a day may have.
    "CREATE TABLE held_back (only INTEGER PRIMARY KEY CHECK (only = 1), letters INTEGER NOT NULL) STRICT",
    # What is done by itself from time to time, and when it was done last; NULL: it is to be done now.
    "CREATE TABLE chore (name TEXT PRIMARY KEY, done_at TEXT) STRICT, WITHOUT ROWID",
)


@migrations()
def m0001_first_tables(db: Database) -> None:
    """Everything that version 0.1 keeps."""
    for statement in _FIRST:
        db.execute(statement)
    db.execute("PRAGMA user_version = 1")
