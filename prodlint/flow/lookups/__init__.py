"""What selects rows, by which terms, and whose the rows of a model are.

Knows: ORMs, ODMs, stores and SQL by their shapes; models and their ways to a user or tenant. Does not know: control flow, verdicts.
"""
