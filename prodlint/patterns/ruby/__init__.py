"""Ruby: Rails, Pundit, Sinatra, GraphQL.

Knows: what their controllers and policies do around an action. Does not know: what ties an id (`ties/`).
"""
