"""The spine: files become facts, facts become a project, rules ask the project, answers become a report.

Knows: the order. Does not know: anything that a room knows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from prodlint.config import Config, read_baseline
from prodlint.decide import decide
from prodlint.facts import Progress, extract, processors
from prodlint.facts.cache import Cache
from prodlint.model import FileFacts, Git, Leak, Problem, Source, raised_at
from prodlint.models import Models, documents
from prodlint.recall import Recall, Routes, key_of, made_by
from prodlint.report import Finding, Proof, Report, Route, Rule, Said, Skip, Tally
from prodlint.rulebook import Rulebook, RuleError
from prodlint.sources import Sources, walk
from prodlint.vocabulary import unknown_words, vocabulary

if TYPE_CHECKING:
    from prodlint.facts.semgrep import Begun
    from prodlint.project import Project

MAX_ANSWERS = 20_000  # of one rule; more is a rule gone wrong


class Examination:
    """The facts and the project of one run, made when somebody asks: where nothing has changed, nobody may."""

    def __init__(
        self,
        root: Path,
        sources: Sources,
        book: Rulebook,
        wanted: Sequence[Rule],
        config: Config,
        cache: Cache | None,
        jobs: int,
        progress: Progress | None,
        tables: bool = False,
        history: bool = False,
    ) -> None:
        """tables: entry points are asked for, whatever rules are; history: what the commits of the repository added is searched too."""
        self.sources, self.book, self.wanted, self.config, self.cache = sources, book, wanted, config, cache
        self.jobs, self.progress, self.tables = jobs, progress, tables
        self.root, self.history = root, root if history else None
        asked = tables or any(rule.syntax for rule in wanted if rule.engine == "python")
        self.visitors = book.visitors if asked else None
        self.git = Git(sources.git, frozenset(sources.ignored), frozenset(sources.bare), tuple(sources.stores))

    @cached_property
    def _made(self) -> tuple[dict[str, FileFacts], list[Problem], Project]:
        files = self.sources.files
        begun = matching(files, self.wanted, self.cache, self.book.rules if self.tables else (), self.jobs or processors())
        try:  # the engine of patterns runs beside all of this
            from prodlint.project import link  # and with it every room that knows something: not where nothing has changed

            facts, unread = extract(files, self.cache, self.jobs, self.visitors, self.progress)
            facts, told, unmatched = matched(facts, begun)
        finally:
            begun.close()
        tracked = {source.path: source.tracked for source in files}
        past = searched(self.history, self.sources, self.progress)
        models, words = Models(self.recall.documents(lambda: documents(self.book.model_folders))), vocabulary(self.config)
        digests = {source.path: source.digest for source in files} if self.recall.keeps else {}
        known = self.recall.verdicts()
        return facts, [*unread, *told], link(facts, tracked, models, words, unmatched, self.git, past, self.jobs or processors(), digests, known)

    @property
    def facts(self) -> dict[str, FileFacts]:
        return self._made[0]

    @property
    def problems(self) -> list[Problem]:
        return self._made[1]

    @property
    def project(self) -> Project:
        return self._made[2]

    @cached_property
    def recall(self) -> Recall:
        """The memory of runs over this very input."""
        if self.cache is None or self.history is not None:  # what commits hold is no part of the key
            return Recall(None, "")
        from prodlint.facts import semgrep

        packs = {Path(rule.source).parent.parent for rule in self.book.rules}
        words = (
            vocabulary(self.config),
            sorted(self.git.ignored),
            self.git.present,
            sorted(self.git.bare),
            self.git.stores,
            self.book.visitors,
            self.tables,
            semgrep.identity(),
        )
        folders = (Path(__file__).parent, *sorted(packs), *self.book.model_folders)
        modules = [source.path for source in self.sources.files if source.path.endswith(".py")]
        made = made_by(folders)
        shape = key_of((), (), made, (vocabulary(self.config), modules))
        return Recall(self.cache, key_of(self.sources.files, self.wanted, made, words), shape, made.hex())

    def route_problems(self) -> tuple[Problem, ...]:
        """What could not be read of the routes, and words of the configuration about them that mean nothing here."""
        words = unknown_words(self.config, self.root, self.sources.files, lambda: ((route.path, route.handler) for route in self.project.routes()))
        return (*self.project.route_problems(), *words)

    def some_facts(self, paths: Iterable[str]) -> dict[str, FileFacts]:
        """The facts of these files alone."""
        chosen = set(paths)
        return extract([source for source in self.sources.files if source.path in chosen], self.cache, 1, self.visitors)[0]


class Run:
    """A report with what it was made from, for those who render code lines or ask the project more."""

    def __init__(self, report: Report, sources: dict[str, Source], examination: Examination) -> None:
        self.report, self.sources, self._examination = report, sources, examination

    @property
    def project(self) -> Project:
        return self._examination.project

    def routes(self) -> tuple[Route, ...]:
        """The routes as `prodlint routes` lists them."""
        return self._routes.routes

    def route_problems(self) -> tuple[Problem, ...]:
        """Registrations that could not be read, and an app that imports a web framework and yields no route."""
        return self._routes.problems

    def outside_routes(self) -> tuple[tuple[str, str], ...]:
        """(path, dotted name) of what installed packages serve."""
        return self._routes.outside

    def outside_python(self) -> tuple[tuple[str, int], ...]:
        """(language, number of files) of the app's own code that is not Python, the most frequent first."""
        from prodlint.facts import aside, languages

        spoken = ((path, languages.language(path), source.data) for path, source in self.sources.items())
        counts = Counter(languages.TITLES[language] for path, language, data in spoken if language and not aside(path, data))
        return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))

    @cached_property
    def _routes(self) -> Routes:
        recall = self._examination.recall
        known = recall.routes()
        if known is None:
            known = Routes(self.project.routes(), self._examination.route_problems(), tuple(sorted(set(self.project.table.outside))))
            recall.keep_routes(known)
            recall.keep_verdicts(self.project.verdicts)
        return known


def run(
    root: Path,
    config: Config,
    *,
    paths: Iterable[str] | None = None,
    overlay: Mapping[str, bytes] | None = None,
    use_cache: bool = True,
    jobs: int = 0,
    progress: Progress | None = None,
    rulebook: Rulebook | None = None,
    tables: bool = False,
    history: bool = False,
) -> Run:
    """Examines the tree below root; history: also what its commits added.

    paths: files and folders to report, relative to root (None: all); the whole tree is examined whatever they are. overlay: unsaved buffers by
    path. tables: entry points are asked for, whatever rules are. Raises ConfigError where the configuration names what is not there."""
    book = rulebook or Rulebook()
    sources = walk(root, config.exclude, overlay, paths or ())
    by_path = sources.by_path
    wanted = [rule for rule in book.rules if rule.engine == "none" or config.wants(rule)]
    cache = Cache(root) if use_cache else None
    examination = Examination(root, sources, book, wanted, config, cache, jobs, progress, tables, history)
    facts, said, told, tallies = answered(examination)
    only = None if paths is None else frozenset(path for path in by_path if within(path, paths))
    problems = [*sources.problems, *book.problems, *told]
    if paths is not None:
        problems = [near for problem in problems if (near := _near(problem, paths)) is not None]
    if only is not None and not only and not problems:
        problems.append(Problem("", 0, f"nothing was examined: no text file is among {', '.join(sorted(paths or ()))}"))
    report = decide(said, problems, by_path, facts, config, book.rules, only, len(sources.files), read_baseline(root, config))
    near = tuple(tally for tally in tallies if only is None or tally.path in only)
    return Run(msgspec.structs.replace(report, tallies=near), by_path, examination)


def _near(problem: Problem, asked: Iterable[str]) -> Problem | None:
    """The problem as far as it is about the asked-for paths; None where it is not. What keeps the whole project from being read always is."""
    if not problem.unread or problem.path:
        return problem if problem.severity == "error" or within(problem.path, asked) else None
    from prodlint.facts import semgrep

    unread = [path for path in problem.unread if within(path, asked)]
    if not unread:
        return None
    return semgrep.missing(unread) if problem.severity == "warning" else msgspec.structs.replace(problem, unread=tuple(unread))


def answered(examination: Examination) -> tuple[dict[str, FileFacts], list[Said], list[Problem], tuple[Tally, ...]]:
    """(the facts that `decide` needs, all answers, what went wrong, tallies of routes), from memory where nothing has changed."""
    rules = [rule for rule in examination.wanted if rule.engine != "none"]
    known = examination.recall.answers(rules)
    if known is not None:
        said, problems, paths, tallies = known
        return examination.some_facts(paths), said, problems, tallies
    said, crashed = ask(examination.book, rules, examination.project)
    problems = [*examination.problems, *crashed]
    tallies: tuple[Tally, ...] = ()
    if any(rule.item == "access" for rule in rules):  # what is no route here is judged by none of them
        problems += examination.route_problems()
        tallies = tallied(examination.project.routes())
    if not any(problem.severity == "error" for problem in problems):  # what went wrong may go right the next time
        examination.recall.keep_answers(said, problems, (path for path, facts in examination.facts.items() if facts.comments), tallies)
        examination.recall.keep_verdicts(examination.project.verdicts)
    return examination.facts, said, problems, tallies


def tallied(routes: Iterable[Route]) -> tuple[Tally, ...]:
    """The routes of each file, and of how many of them nobody could decide whose data they give."""
    every: Counter[str] = Counter()
    undecided: Counter[str] = Counter()
    for route in routes:
        every[route.file] += 1
        undecided[route.file] += route.ownership == "unknown"
    return tuple(Tally(path, every[path], undecided[path]) for path in sorted(every))


def searched(root: Path | None, sources: Sources, progress: Progress | None) -> tuple[Leak, ...] | None:
    """What the commits of the history added; None where nobody asked."""
    if root is None:
        return None
    from prodlint.facts.history import leaks
    from prodlint.sources import history

    return leaks(history(root, sources.problems, progress=progress))


def within(path: str, asked: Iterable[str]) -> bool:
    """Is this path one of the asked-for files, or below one of the asked-for folders?"""
    return any(path == each or each == "." or path.startswith(f"{each}/") for each in asked)


class Matching:
    """The search for patterns that has begun in the code of a project."""

    def __init__(self, code: Sequence[Source], begun: Begun | None) -> None:
        self.code, self.begun = code, begun

    def close(self) -> None:
        if self.begun is not None:
            self.begun.close()


def matching(sources: Sequence[Source], rules: Sequence[Rule], cache: Cache | None = None, also: Iterable[Rule] = (), jobs: int = 1) -> Matching:
    """Begins to search for what the .yaml files of rules describe; to be closed.

    A rule's .yaml holds its patterns: findings where it stands alone with its page, facts for the .py beside it; its page may name more facts.
    also: rules that are not asked, but whose facts are."""
    patterns = [path for rule in rules if (path := Path(rule.source).with_suffix(".yaml")).is_file()]
    patterns += sorted({Path(name) for rule in (*rules, *also) for name in rule.facts} - set(patterns))
    if not patterns:
        return Matching((), None)
    from prodlint.facts import aside, languages, semgrep

    code = [source for source in sources if languages.language(source.path) and not aside(source.path, source.data)]
    return Matching(code, semgrep.begin(code, patterns, cache=cache, jobs=jobs))


def matched(facts: dict[str, FileFacts], matching: Matching) -> tuple[dict[str, FileFacts], list[Problem], frozenset[str]]:
    """The facts with semgrep's matches added, what went wrong, and the code files that semgrep should have looked at and did not."""
    if matching.begun is None:
        return facts, [], frozenset()
    matches, problems = matching.begun.finish({source.path: facts[source.path].secrets for source in matching.code})
    for path, found in matches.items():
        if found:
            facts[path] = msgspec.structs.replace(facts[path], matches=found)
    return facts, list(problems), frozenset(source.path for source in matching.code if source.path not in matches)


def ask(book: Rulebook, rules: Iterable[Rule], project: Project) -> tuple[list[Said], list[Problem]]:
    """Every rule's answers; a rule that cannot be loaded or crashes is a problem, the others are still asked."""
    said: list[Said] = []
    problems: list[Problem] = []
    for rule in rules:
        try:
            for answer in answers(book, rule, project):
                said.append(Said(rule, answer))
        except RuleError as error:
            problems.append(Problem("", 0, f"the rule {rule.name} could not be loaded: {error}", "error", rule.name))
        except (Exception, SystemExit) as error:  # whatever a rule raises, the run goes on and says that it could not look
            problems.append(Problem("", 0, f"the rule {rule.name} crashed: {type(error).__name__}: {error} ({raised_at(error)})", "error", rule.name))
    return said, problems


def answers(book: Rulebook, rule: Rule, project: Project) -> list:
    """The answers of one rule, all of them or none."""
    if rule.engine == "semgrep":
        return _patterns(rule, project)
    out = []
    for answer in book.check(rule)(project) or ():
        if not isinstance(answer, (Finding, Proof, Skip)):
            raise TypeError(f"a rule yields Finding, Proof or Skip, not {type(answer).__name__}")
        out.append(answer)
        if len(out) > MAX_ANSWERS:
            raise RuleError(f"more than {MAX_ANSWERS} answers")
    return out


def _patterns(rule: Rule, project: Project) -> list:
    """The answers of a rule that is patterns alone: its matches, or why there are none."""
    from prodlint.facts import languages, semgrep

    found = [
        Finding(at, match.message, confidence=match.metadata.get("confidence", "medium"), subject=semgrep.subject(match))
        for at, match in project.matches(rule.name)
        if match.metadata.get("role", "finding") == "finding"
    ]
    spoken = semgrep.languages_of(rule.source)
    files = [path for path, facts in project.files.items() if languages.language(path) in spoken and not facts.aside]
    unread = [path for path in files if path in project.unmatched]
    titles = ", ".join(sorted(languages.TITLES[name] for name in spoken if name in languages.TITLES))
    if unread:
        return [*found, Skip(f"semgrep did not look at {len(unread)} of {len(files)} files ({titles})", verdict="unknown")]
    if not files:
        return [Skip(f"there is no code in {titles} here")]
    return found or [Skip(f"nothing of this shape is in the {len(files)} files in {titles}")]
