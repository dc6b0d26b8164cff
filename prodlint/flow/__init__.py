"""What a value is tied to: the client, the caller, an object, a parent.

Knows: how values move through a handler and what it calls, which selections of data a client value chooses, and what refuses unless they
fit the caller. Does not know: the disk, a rule, an output format.

`values.py` the abstract values · `interpreter.py` statements · `expressions.py` expressions · `calls.py` calls, inlined with bounds ·
`queries.py` what selects data · `requests.py` where client values and the caller come from · `tables.py` models and their owner paths ·
`guards.py` authentication · `handlers.py` one endpoint from registration to verdict.
"""
