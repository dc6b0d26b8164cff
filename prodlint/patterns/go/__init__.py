"""Go: routers, what runs before a handler, and which function a call of a method runs.

Knows: net/http, chi, gin, echo and their like. Does not know: what ties an id (`ties/`).
"""
