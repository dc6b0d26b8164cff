"""JavaScript and TypeScript: routers and what they are told to use, NestJS, Next.js, Supabase, SQL in text.

Knows: what these say of a handler. Does not know: what ties an id (`ties/`).
"""
