"""The database that migrations leave behind: statements replayed in order to a final state.

Knows: PostgreSQL's rules of names, tables, row-level security, policies, views and privileges; what Supabase's command line runs, and in which
order. Does not know: a rule; a running database. A statement that cannot be read changes nothing, and never stops the others.
"""
