"""`python -m inboxtriage` is the same as `inboxtriage`."""

from inboxtriage.cli.main import main

if __name__ == "__main__":
    main()
