"""From a verdict to a letter: the practice's facts, one block a question, one greeting, one signature."""
