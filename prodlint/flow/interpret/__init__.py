"""Runs Python on abstract values: statements, expressions, calls, branches.

Knows: control flow, and how origins (client, caller, row) move. Does not know: what a test proves (`proofs/`), what a library's call selects
(`lookups/`), what stands before a handler (`callers/`), verdicts (`judging/`).
"""
