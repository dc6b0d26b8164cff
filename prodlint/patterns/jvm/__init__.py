"""Java and Kotlin: Spring Security, interfaces of handlers, arguments that a project makes, rows that check themselves.

Knows: what these say of a handler. Does not know: what ties an id (`ties/`).
"""
