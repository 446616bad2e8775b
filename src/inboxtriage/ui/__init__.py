"""The full-screen review: what waits, a step at a time, decided by keys. The one door to Textual."""
