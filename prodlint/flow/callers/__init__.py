"""Who calls: what frameworks and projects ask before a handler runs, and what of a request says who it is.

Knows: decorators, dependencies, permissions, middlewares, settings, tokens, shared secrets. Does not know: what a handler selects.
"""
