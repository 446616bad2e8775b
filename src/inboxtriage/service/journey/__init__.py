"""The client's journey at work: what is due, letters, moves by evidence, checklists, people, measures."""
