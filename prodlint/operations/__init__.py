"""How an app is built, deployed, watched and kept: what pipelines, platform files, infrastructure code and documents say.

Knows: the forms in which these things are written. Does not know: what of them is good; that is what rules are for. What lives on a platform's
side (branch protection, dashboards, plans) is not in the repository, and no answer here pretends to know it.
"""
