"""What rules may ask about external calls: the part of `Project` that answers with the inventory.

Knows: the questions. Does not know: how they are answered, which answer is a finding.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from prodlint.model import FileFacts
from prodlint.models import Models
from prodlint.names import Names
from prodlint.routing.table import Table

if TYPE_CHECKING:
    from prodlint.calls.analysis import Analysis
    from prodlint.calls.records import Again, Answer, CaughtError, ExternalCall, Hazard

_T = TypeVar("_T")


class CallQuestions:
    """Mixin of Project; expects `files`, `names`, `models`, `table`."""

    files: dict[str, FileFacts]
    names: Names
    models: Models
    table: Table

    @cached_property
    def call_analysis(self) -> Analysis:
        """The analysis behind the answers."""
        from prodlint.calls.analysis import Analysis
        from prodlint.calls.versions import versions

        return Analysis(self.names, self.models, self.table, versions(self.files))

    def _found(self, ask: Callable[[Analysis], tuple[_T, ...]]) -> tuple[_T, ...]:
        """Without Python there is nothing to analyse, and nothing is made ready for it."""
        return ask(self.call_analysis) if self.names.modules else ()

    def external_calls(self) -> tuple[ExternalCall, ...]:
        """Every external call, in file and source order."""
        return self._found(lambda analysis: analysis.calls)

    def unchecked_answers(self) -> tuple[Answer, ...]:
        """Every HTTP answer whose status nobody looks at, in file and source order."""
        return self._found(lambda analysis: analysis.unchecked_answers())

    def unchecked_results(self) -> tuple[Answer, ...]:
        """Every call that says in its result whether it failed, where nobody asks, in file and source order."""
        return self._found(lambda analysis: analysis.unchecked_results())

    def caught_errors(self) -> tuple[CaughtError, ...]:
        """Every except clause that does nothing, logs nothing useful or tells the client too much, in file and source order."""
        return self._found(lambda analysis: analysis.caught)

    def retries(self) -> tuple[Again, ...]:
        """Every retry without a limit or without a pause, in file and source order."""
        return self._found(lambda analysis: analysis.retries)

    def blocking_calls(self) -> tuple[Hazard, ...]:
        """Every blocking call in a coroutine; `how` names the function between; not `sure` in a file that is also a program."""
        return self._found(lambda analysis: analysis.hazards.blocking)

    def lost_work(self) -> tuple[Hazard, ...]:
        """Every task ("task") and future ("future") whose result nobody keeps; not `sure` where the work takes its own errors."""
        return self._found(lambda analysis: analysis.hazards.lost)

    def errors_answered_with_success(self) -> tuple[Hazard, ...]:
        """Every return of an except clause that says error under the status of a success; `sure` where the clause takes everything."""
        return self._found(lambda analysis: analysis.hazards.praised)

    def believed_webhooks(self) -> tuple[Hazard, ...]:
        """Every webhook whose sender nobody checks; `name` is the provider, `how` the path."""
        return self._found(lambda analysis: analysis.hazards.believed)

    def web_apps(self) -> tuple[Hazard, ...]:
        """Every place where a web app is made; `how` is "handled" where something answers for whatever nobody caught."""
        return self._found(lambda analysis: analysis.hazards.apps)

    def broken_sessions(self) -> tuple[Hazard, ...]:
        """Every except clause after which a failed database session is used again; `related` is where."""
        return self._found(lambda analysis: analysis.hazards.broken_sessions)

    def half_writes(self) -> tuple[Hazard, ...]:
        """Every pair of writes that belong together and are not one transaction; `how` is "children", "replaced", "amounts" or "commits"."""
        return self._found(lambda analysis: analysis.hazards.halves)

    def payments_without_key(self) -> tuple[Hazard, ...]:
        """Every call that moves money with no key that makes it safe to repeat; `how` is what repeats it."""
        return self._found(lambda analysis: analysis.hazards.payments)
