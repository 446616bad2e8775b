"""One target under libFuzzer: `python -m tests.fuzz.one TARGET LIBFUZZER-OPTIONS… CORPUS`."""

import sys

import atheris

with atheris.instrument_imports(include=["inboxtriage", "imapclient", "email"]):
    from tests.fuzz.targets import TARGETS


def main() -> None:
    """Never returns where the target broke."""
    target = TARGETS[sys.argv.pop(1)]
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
