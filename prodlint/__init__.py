"""prodlint: which items of the production-grade checklist does this app fail, with evidence.

This is the door for rule authors: `Project` is what a rule asks, `Finding`, `Proof` and `Skip` are what it answers, `Fix` is a
text edit, `Visitor` joins the traversal of Python files. Nothing else is public. Names load on first use, so that
`prodlint --version` costs what it should.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"
__all__ = ["Edit", "Finding", "Fix", "Project", "Proof", "Related", "Skip", "Span", "Visitor"]

if TYPE_CHECKING:
    from prodlint.facts.python import Visitor
    from prodlint.model import Span
    from prodlint.project import Project
    from prodlint.report import Edit, Finding, Fix, Proof, Related, Skip

_ROOM = {"Project": "project", "Visitor": "facts.python", "Span": "model"}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'prodlint' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"prodlint.{_ROOM.get(name, 'report')}"), name)
