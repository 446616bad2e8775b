"""Is this store the one that sent last? Or a copy of it, or an older state of it that was put back? (G31) Pure.

A store counts every mail that it is about to hand over. The computer remembers that count in a mark outside the store,
written after the count is committed and before the first byte leaves. So a store is never behind its mark unless it
was put back, and ahead of it by more than one only if it was used elsewhere.
"""

import hashlib


def is_the_last(count: int, mark: int | None, *, approved: bool) -> bool:
    """Whether a store with this count goes on where this computer left off; `mark` is None where there is no mark.

    `approved`: letters wait in it to leave. Since approving leaves a mark, they were approved elsewhere where none is.
    """
    return count == 0 and not approved if mark is None else mark <= count <= mark + 1


def after(count: int, mark: int | None) -> int:
    """The count with which a store that was put back goes on, so that every other copy of it is behind from then on."""
    return max(count, mark or 0) + 1


def loop_mark(installation: str) -> str:
    """What our own mail carries, so that it is known when it comes back; it tells nothing of who we are (G34)."""
    return hashlib.sha256(f"inboxtriage loop mark {installation}".encode()).hexdigest()[:32]
