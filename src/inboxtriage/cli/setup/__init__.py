"""`inboxtriage init`: the talk with somebody who sets up their practice, in plain lines of text."""
