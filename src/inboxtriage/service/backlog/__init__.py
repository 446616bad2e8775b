"""The first morning back: everything that waits, folded into people, put in order, and gone through step by step."""
