"""What rules may ask about external calls: the part of `Project` that answers with the inventory.

Knows: the questions. Does not know: how they are answered, which answer is a finding.
"""

from __future__ import annotations

from functools import cached_property

from prodlint.calls.analysis import Analysis
from prodlint.calls.records import Again, Answer, CaughtError, ExternalCall
from prodlint.models import Models
from prodlint.names import Names
from prodlint.routing.table import Table


class CallQuestions:
    """Mixin of Project; expects `names`, `models`, `table`."""

    names: Names
    models: Models
    table: Table

    @cached_property
    def call_analysis(self) -> Analysis:
        """The analysis behind the answers."""
        return Analysis(self.names, self.models, self.table)

    def external_calls(self) -> tuple[ExternalCall, ...]:
        """Every external call, in file and source order."""
        return self.call_analysis.calls

    def unchecked_answers(self) -> tuple[Answer, ...]:
        """Every HTTP answer whose status nobody looks at, in file and source order."""
        return self.call_analysis.unchecked_answers()

    def caught_errors(self) -> tuple[CaughtError, ...]:
        """Every except clause that does nothing, logs nothing useful or tells the client too much, in file and source order."""
        return self.call_analysis.caught

    def retries(self) -> tuple[Again, ...]:
        """Every retry without a limit or without a pause, in file and source order."""
        return self.call_analysis.retries
