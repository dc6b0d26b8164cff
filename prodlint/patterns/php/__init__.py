"""PHP: Laravel, Symfony, WordPress, plain scripts.

Knows: their routes, middlewares, requests and SQL. Does not know: what ties an id (`ties/`).
"""
