"""The eight items of the checklist, each with a verdict and the checks behind it.

Knows: how findings, proofs and skips add up to `pass`, `partial`, `fail`, `unknown` or `not-applicable`. Does not know: what any
rule looks at, an output format. Nothing said is `unknown`, never `pass`; and `unknown` is never a failure.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from prodlint.model import Span
from prodlint.report import CONFIDENCES, ITEMS, SEVERITIES, Check, Finding, ItemVerdict, Proof, Related, Report, Route, Rule, Said, Verdict

_DOUBTFUL = ("access",)  # where much is public by design: what is doubtful fails nothing
_PLACES = ("access", "errors")  # asked at every route and every call: one that is wrong leaves the others right
_CHAINS = ("deploys", "access")  # as strong as their weakest link: what is open passes nothing
_NOWHERE = Span("", 0)


def checklist(report: Report, routes: Iterable[Route] = ()) -> tuple[ItemVerdict, ...]:
    """The verdict of each item, 1 to 8, from all answers of all rules that are switched on.

    routes: the table of routes; one that could not be decided keeps `access` from a `pass`."""
    said: dict[str, list[Said]] = defaultdict(list)
    for each in report.said:
        said[each.rule.name].append(each)
    found: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in report.verdicts:
        if verdict.hidden != "ignored":
            found[verdict.rule.name].append(verdict)
    broken = {problem.rule for problem in report.problems if problem.rule}
    rules = sorted(report.rules, key=lambda rule: (rule.code, rule.name))
    table, items = tuple(routes), []
    for number, item in enumerate(ITEMS, 1):
        mine = [rule for rule in rules if rule.item == item]
        checks = tuple(_check(rule, found[rule.name], said[rule.name], rule.name in broken) for rule in mine)
        weights = Counter(_weight(v) for rule in mine for v in found[rule.name] if _fails(v))
        failing = set(weights)
        heavy = [rule for rule in mine if rule.severity != "info"]  # what is only worth knowing neither fails an item nor passes it
        bearing = {rule.name for rule in heavy if any(isinstance(each.answer, Proof) and not each.answer.besides for each in said[rule.name])}
        proven = bool(bearing)
        if "place" in failing:
            failing.add("weak" if _elsewhere_right(item, proven, table) else "strong")
        words = {check.verdict for check in checks if check.rule.severity != "info" and (check.verdict != "pass" or check.rule.name in bearing)}
        verdict = _item(words, failing, proven or item in _DOUBTFUL)
        if verdict == "pass" and item in _CHAINS:
            verdict = _chained(item, checks)
        items.append(
            _with_routes(ItemVerdict(item, number, verdict, checks), table, weights)
            if item in _DOUBTFUL
            else ItemVerdict(item, number, verdict, checks)
        )
    return tuple(items)


def _fails(verdict: Verdict) -> bool:
    """A baselined finding, or one outside the asked-for files, is still wrong; a suppressed or doubtful one is not a failure."""
    return verdict.hidden in ("", "baselined", "elsewhere")


def _check(rule: Rule, verdicts: list[Verdict], said: list[Said], crashed: bool) -> Check:
    """What one rule amounts to: a finding fails; else a crash or doubt leaves it open; else proofs pass."""
    if worst := sorted(filter(_fails, verdicts), key=lambda v: (-SEVERITIES.index(v.severity), -CONFIDENCES.index(v.finding.confidence))):
        doubtful = "doubt" in (weights := {_weight(v) for v in worst}) and weights <= {"doubt", "none"}
        return Check(rule, "unknown" if doubtful else "fail", tuple(Related(v.finding.at, v.finding.message) for v in worst))
    proofs, skips, words = [], [], set()
    for answer in (each.answer for each in said):
        if isinstance(answer, Proof):
            proofs.append(Related(answer.at, answer.message))
            words.add("pass")
        elif not isinstance(answer, Finding):
            skips.append(Related(answer.at or _NOWHERE, answer.reason))
            words.add(answer.verdict)
    for verdict in verdicts:
        if verdict.hidden == "suppressed":
            skips.append(Related(verdict.finding.at, f"{verdict.finding.message}, suppressed: {verdict.reason}"))
            words.add("partial")
    order = ("partial", "unknown", "pass", "not-applicable")
    strongest = "unknown" if crashed else next((word for word in order if word in words), "unknown")
    return Check(rule, strongest, tuple(proofs + skips if strongest == "pass" else skips + proofs))


def _weight(verdict: Verdict) -> str:
    """What a finding does to its item: "strong" fails it, "weak" does so only where nothing is right, "place" where no other place is, "some" never
    does and keeps it from a pass, "doubt" leaves it open, "none" does nothing."""
    if verdict.severity == "info":
        return "none"
    item, sure = verdict.rule.item, verdict.finding.confidence == "high"
    by_patterns = verdict.rule.engine == "semgrep" or bool(verdict.rule.facts)
    in_code = item in _PLACES and (item == "errors" or verdict.finding.route is not None or by_patterns)
    unlisted = item == "errors" and not verdict.finding.at.path.endswith(".py")  # there calls that are right are not listed
    if in_code and (not sure or unlisted):
        return "doubt" if item in _DOUBTFUL else "some"
    if not sure or (verdict.severity != "error" and not _missing_link(verdict)):
        return "weak"
    return "place" if in_code else "strong"


def _missing_link(verdict: Verdict) -> bool:
    """A link of the chain of deploys that is certainly not there, although its rule only warns of it in a run of `check`."""
    return verdict.rule.item == "deploys" and verdict.rule.severity == "error" and verdict.finding.severity == verdict.severity == "warning"


def _elsewhere_right(item: str, proven: bool, table: tuple[Route, ...]) -> bool:
    """Where one place of many is wrong: is another one right? A login says nothing of whose the data is, so access asks for a route that is owned."""
    return any(route.ownership == "owned" for route in table) if item == "access" and table else proven


def _item(words: set[str], failing: set[str], proven: bool) -> str:
    """An error that is certain fails the item; so do warnings, and errors of medium confidence, where nothing at all is right."""
    if "strong" in failing or ("weak" in failing and not proven and "partial" not in words):
        return "fail"
    if not failing.isdisjoint(("weak", "some")) or "partial" in words:
        return "partial"
    if "pass" in words:
        return "pass"
    return "not-applicable" if words == {"not-applicable"} else "unknown"


def _chained(item: str, checks: tuple[Check, ...]) -> str:
    """A pass of which every link must hold: open ones leave access unknown, and a deploy partial where more is proven than open."""
    heavy = [check for check in checks if check.rule.severity != "info" and check.evidence]
    opened, proven = (sum(check.verdict == word for check in heavy) for word in ("unknown", "pass"))
    return "pass" if not opened else "partial" if item == "deploys" and proven > opened else "unknown"


def _with_routes(item: ItemVerdict, routes: tuple[Route, ...], weights: Counter[str]) -> ItemVerdict:
    """The item `access` with a count of its routes by ownership, of what is certainly wrong and of what is in doubt; undecided routes turn a
    pass into `unknown`."""
    counts = Counter(route.ownership for route in routes)
    parts = (
        [f"{len(routes)} route{'s' if len(routes) > 1 else ''}: " + ", ".join(f"{count} {word}" for word, count in sorted(counts.items()))]
        if routes
        else []
    )
    if holes := weights["place"]:
        parts.append(f"{holes} certain hole{'s' if holes > 1 else ''}")
    if doubts := weights["doubt"]:
        parts.append(f"{doubts} place{'s' if doubts > 1 else ''} to look at")
    undecided = counts["unknown"] or any(route.authentication == "unknown" for route in routes)
    verdict = "unknown" if item.verdict == "pass" and undecided else item.verdict
    return ItemVerdict(item.item, item.number, verdict, item.checks, "; ".join(parts), holes)
