"""Inline PGP (RFC 9580 sections 6.2 and 7): what is encrypted cannot be read here, what is only signed can."""

import re

_MESSAGE = re.compile(r"^-----BEGIN PGP MESSAGE(?:, PART \d+(?:/\d+)?)?-----$", re.MULTILINE)
_SIGNED, _SIGNATURE = "-----BEGIN PGP SIGNED MESSAGE-----", "-----BEGIN PGP SIGNATURE-----"
_END = "-----END PGP SIGNATURE-----"


def is_encrypted(text: str) -> bool:
    """Whether an encrypted block stands in `text` (LF line ends), not merely quoted in it."""
    return _MESSAGE.search(text) is not None


def without_armour(text: str) -> str:
    """A clear-signed text without the lines that sign it; any other text as it is."""
    lines = text.split("\n")
    if _SIGNED not in lines:
        return text
    kept: list[str] = []
    part = ""  # of the armour, in which the line stands
    for line in lines:
        if line == _SIGNED:
            part = "head"
        elif part == "head":
            part = "head" if line else "text"  # "Hash: SHA256", then an empty line
        elif part == "text" and line == _SIGNATURE:
            part = "signature"
        elif part == "signature":
            part = "" if line == _END else part
        else:
            kept.append(line.removeprefix("- ") if part == "text" else line)
    return "\n".join(kept)
