"""What a value is tied to: the client, the caller, an object, a parent.

Knows: how values move through a handler and what it calls, which selections of data a client value chooses, and what refuses unless they
fit the caller. Does not know: the disk, a rule, an output format.

`values.py` the abstract values · `frames.py` one activation of a function · `interpreter.py` statements, with `branching.py` · `expressions.py`
expressions, with `comparisons.py` and `displays.py` · `calls.py` calls, inlined with bounds, with `selecting.py` (queries), `habits.py` (names) and
`principals.py` (who calls), `builtins.py` · `queries.py`, `sql.py`, `stores.py` what selects data · `requests.py`, `converters.py` where client
values and the caller come from · `schema.py` models and their owner paths · `guards.py`, `middleware.py`, `django_middleware.py` what runs before ·
`judge.py` is it tied? · `handlers.py` one endpoint from registration to verdict, with `instances.py` · `siblings.py`, `strangers.py`, `showing.py`
what handlers say about each other.
"""
