"""Which functions are entry points, what stands around them, and what their parameters hold.

Knows: what holds for several languages; what only one framework does stands in the folder of its language. Does not know: what a handler does.
"""
