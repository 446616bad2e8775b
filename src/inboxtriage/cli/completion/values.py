"""What completes which argument or option where its type does not say it: a kind of `service.completing`, a list."""

Takes = str | list[str] | None  # a kind; the words to choose from; nothing can be offered

_STAGES = ["encounter", "inquire", "intake", "enroll", "engage", "wrap_up", "follow_up"]
_OUTCOMES = ["referred_out", "declined", "withdrawn", "no_answer", "ended"]

# By the name of the parameter, in every command.
_NAMED: dict[str, Takes] = {"message": "open", "who": "lead", "account": "account", "first": "absence"}

# By command and parameter, where that is not enough.
_OF: dict[tuple[str, str], Takes] = {
    ("show", "message"): "waiting",
    ("undo", "message"): "undoable",
    ("approve", "messages"): "ready",
    ("approve", "group"): "group",
    ("reject", "messages"): "open",
    ("done", "messages"): "open",
    ("approve", "leave_out"): "ready",
    ("relabel", "values"): "relabel",
    ("resolve", "mail"): "unknown",
    ("template preview", "labels"): "label",
    ("template preview", "letter"): "letter",
    ("template preview", "script"): "script",
    ("template preview", "message"): "waiting",
    ("lead letter", "name"): "letter",
    ("lead script", "name"): "script",
    ("lead move", "stage"): _STAGES,
    ("lead add", "stage"): _STAGES,
    ("lead import", "stage"): _STAGES,
    ("lead list", "stage"): _STAGES,
    ("lead script", "stage"): _STAGES,
    ("lead list", "outcome"): ["open", *_OUTCOMES],
    ("lead close", "outcome"): _OUTCOMES,
    ("lead tier", "tier_"): ["A", "B", "C", "none", "suggested"],
    ("lead list", "tier"): ["A", "B", "C"],
    ("lead add", "tier"): ["A", "B", "C"],
    ("lead link", "one"): "lead",
    ("lead link", "other"): "lead",
    ("lead unlink", "one"): "lead",
    ("lead unlink", "other"): "lead",
    ("lead merge", "keep"): "lead",
    ("lead merge", "other"): "lead",
    ("lead split", "other"): "lead",
    ("lead referred", "by"): "lead",
    ("forget", "who"): "lead",
    ("pin add", "who"): None,
    ("pin remove", "who"): None,
    ("pin add", "rule"): ["ignore", "read", "client"],
}


def takes(command: str, parameter: str) -> Takes:
    """What completes a parameter of a command, which is given as its words: "lead show"."""
    return _OF[command, parameter] if (command, parameter) in _OF else _NAMED.get(parameter)


def named() -> frozenset[tuple[str, str]]:
    """Every command and parameter that is named here, for the test that there is each."""
    return frozenset(_OF)
