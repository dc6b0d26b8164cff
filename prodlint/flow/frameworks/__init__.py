"""How frameworks hand values to a handler, and what their own base classes, forms and serializers do with them.

Knows: parameters, bodies, converters, generic views, serializers, containers. Does not know: what is asked of who calls (`callers/`).
"""
