"""What the owner's past mail teaches on the first day: read, never changed; sentences proposed, examples confirmed."""
