"""IMAP: the one door to imapclient. Reads without leaving a trace, in batches, with a time-out on everything."""
