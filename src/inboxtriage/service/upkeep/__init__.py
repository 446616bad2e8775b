"""Care of the store: copies of it, people erased from it, old words expired."""
