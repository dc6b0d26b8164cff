"""From one run of a handler to its verdict, and what the verdicts of an app say of one another.

Knows: which ids choose, what ties them, siblings, tenants, strangers. Does not know: how a value came to be; which verdict is a finding.
"""
