"""A category is data: one response file and the examples that teach the classifier."""
