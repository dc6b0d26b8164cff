"""Tests and comparisons: what holds on either side of them, and the ways around a guard.

Knows: ties, roles, refusals, tests that nobody can decide, settings that are off. Does not know: which statement comes next (`interpret/`).
"""
