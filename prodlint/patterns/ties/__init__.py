"""One function, read from its tokens: values, lookups, comparisons, and what ties the ids of a request to who asks.

Knows: the order of a function, calls that check or select, what calls of the project's own functions mean. Does not know: which functions are
entry points (`entries/`), how sure a loose id is (`evidence/`).
"""
