"""What exactly a person approved, and the chain of records that proves it."""
