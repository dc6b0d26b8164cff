"""What becomes of each finding: its severity, its fingerprint, and why it is shown or not.

Knows: selection, baseline, confidence, only-these-files, and in which order they count. Does not know: how a rule works, how
suppressions and fingerprints are made, the disk, an output format. Removes nothing: what is not shown is marked with the reason.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from prodlint.fingerprints import fingerprints
from prodlint.model import FileFacts, Problem, Source
from prodlint.report import CONFIDENCES, SEVERITIES, Finding, Report, Rule, Said, Verdict
from prodlint.suppressions import Suppressions
from prodlint.texts import Texts

if TYPE_CHECKING:
    from prodlint.config import Config


def decide(
    said: Iterable[Said],
    problems: Iterable[Problem],
    sources: Mapping[str, Source],
    facts_by_path: Mapping[str, FileFacts],
    config: Config,
    rules: Iterable[Rule],
    only: Collection[str] | None = None,
    files: int = 0,
    baseline: Collection[str] = frozenset(),
    today: date | None = None,
) -> Report:
    """The report of a run.

    rules: all that there are, prodlint's own of item `meta` among them; those that are switched on are the report's.
    only: the paths of which findings are told (None for all). baseline: fingerprints that are known already.
    today: what `until=` is compared with."""
    said, rules, problems = tuple(said), tuple(rules), tuple(sorted(set(problems)))
    texts = Texts(sources)
    findings = [(each.rule, each.answer) for each in said if isinstance(each.answer, Finding)]
    speaking = Suppressions(facts_by_path, today or date.today())
    hides = {id(finding): speaking.hides(rule, finding) for rule, finding in findings}
    broken = {path for problem in problems for path in (problem.path, *problem.unread)}
    if not any(problem.severity == "error" for problem in problems):
        ran = {rule.name: rule for rule in rules if config.wants(rule)}
        findings += speaking.unused(rules, lambda name, path: _ran(name, path, ran, rules, config, only, broken))
    findings += speaking.malformed(rules)

    def why_hidden(rule: Rule, finding: Finding, fingerprint: str) -> tuple[str, str]:
        """The first reason not to show this finding, and the words of its suppression."""
        if not config.wants(rule) or config.ignores(rule, finding.at.path):
            return "ignored", ""
        if only is not None and not any(path in only for path in _places(finding)):
            return "elsewhere", ""
        if (reason := hides.get(id(finding))) is not None:
            return "suppressed", reason
        if CONFIDENCES.index(finding.confidence) < CONFIDENCES.index(config.confidence):
            return "confidence", ""
        return ("baselined", "") if fingerprint in baseline else ("", "")

    verdicts = []
    for rule, finding, fingerprint in fingerprints(findings, texts, facts_by_path):
        severity = config.severity_of(rule) or finding.severity or rule.severity
        verdicts.append(Verdict(rule, finding, severity, fingerprint, *why_hidden(rule, finding, fingerprint)))
    verdicts = _once(verdicts)
    on = tuple(rule for rule in rules if config.wants(rule))
    hushed = {path: facts.hushed for path, facts in facts_by_path.items() if facts.hushed}
    return Report(tuple(verdicts), said, problems, files or len(facts_by_path), on, hushed)


def _places(finding: Finding) -> set[str]:
    """The files that a finding is about: where it stands, and those that its evidence names, as the service under a handler."""
    return {finding.at.path, *(each.at.path for each in finding.related)}


def _once(verdicts: list[Verdict]) -> list[Verdict]:
    """One finding for a reader: what another rule says of the same subject of the same route is not said again, were that one suppressed or not."""
    shown = [v for v in verdicts if v.hidden in ("", "suppressed", "baselined")]
    told = {(v.rule.name, *about) for v in shown if (about := _about(v.finding))}
    told |= {(v.rule.name, v.finding.route) for v in shown if v.finding.route is not None and v.finding.subject is None}  # of the route as a whole

    def is_said(finding: Finding) -> bool:
        about = _about(finding)
        return bool(finding.told_by and about) and not told.isdisjoint({(finding.told_by, *about), (finding.told_by, about[0])})

    return [msgspec.structs.replace(v, hidden="covered") if not v.hidden and is_said(v.finding) else v for v in verdicts]


def _about(finding: Finding) -> tuple[object, ...]:
    """What a finding is about: an id, with its model, on a route; nothing where it names none."""
    subject = finding.subject or {}
    return (finding.route, subject.get("id"), subject.get("model")) if finding.route is not None and subject.get("id") else ()


def exit_code(report: Report, fail_on: str = "error", unexamined: str = "tell") -> int:
    """0 nothing at or above `fail_on`, 1 something, 2 prodlint could not do its work. `fail_on` "never" leaves 0 and 2.

    Files of the app's own that nobody looked at make 2 of a 0 (not of a 1, which says more) where `unexamined` is "fail"."""
    blind = could_not_look(report.problems, unexamined)
    if any(problem.severity == "error" for problem in report.problems):
        return blind
    least = len(SEVERITIES) if fail_on == "never" else SEVERITIES.index(fail_on)
    return 1 if any(SEVERITIES.index(verdict.severity) >= least for verdict in report.shown) else blind


def could_not_look(problems: Iterable[Problem], unexamined: str = "tell") -> int:
    """The exit code of what finds nothing: 2 where the run did not do its work, because of an error or, asked to, of files not looked at."""
    return 2 if any(problem.severity == "error" or (problem.unread and unexamined == "fail") for problem in problems) else 0


def _ran(
    name: str,
    path: str,
    ran: Mapping[str, Rule],
    rules: tuple[Rule, ...],
    config: Config,
    only: Collection[str] | None,
    broken: Collection[str],
) -> bool:
    """Could the rule of this name have found something in this file in this run? A name of no rule never can, and says so."""
    if path in broken or (only is not None and path not in only):
        return False
    named = [rule for rule in rules if name in (rule.name, rule.code)]
    return not named or any(rule.name in ran and not config.ignores(rule, path) for rule in named)
