"""C#: ASP.NET, its filters and roles, endpoints that are classes, mediators, Entity Framework's filters.

Knows: what these say of an action. Does not know: what ties an id (`ties/`).
"""
