"""Code outside Python: what patterns found, tied together.

Knows: the text of files in which a pattern found an entry point, read by tokens, without a grammar. Does not know: a syntax tree; the disk;
what a finding is.
"""
