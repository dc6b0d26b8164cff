"""How sure a loose id is a missing check: what declarations, names, neighbours and habits of an app say of it.

Knows: models and their owners, siblings, guards that were not read. Does not know: tokens of a handler, beyond what was read of it.
"""
