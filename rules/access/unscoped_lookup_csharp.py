"""Judges: an id that a client sends to ASP.NET selects data only together with something of the caller, or is reported."""

from prodlint import Project


def check(project: Project):
    yield from project.unscoped_lookups("csharp")
