"""One use case a module: each commands the rooms below it and returns what a view needs."""
