"""Text read without a grammar: tokens, functions, spans, paths, imports, words.

Knows: how each language writes these. Does not know: frameworks; what ties an id.
"""
