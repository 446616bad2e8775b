"""What kind of mail is it, what does it ask, how sure is that: one verdict, with its reason."""
