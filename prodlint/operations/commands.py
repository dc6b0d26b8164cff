"""What a shell command does: runs tests, migrates; and the commands behind make targets, package scripts, scripts, services of Compose and tox.

Knows: the words of test runners and of tools that migrate. Does not know: where a command runs, whether its failure stops anything; where it deploys
to (`targets.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from posixpath import dirname, join, normpath

from prodlint import regex as re
from prodlint.declared import Declared

DEPTH = 4  # make -> script -> npm run -> make
MAX_LINES = 4000

_TESTS = re.compile(
    r"""(?x)(?:^|[\s;&|('"`/])(?:
      py\.?test(?=[\s;"')]|$) | python[\d.]*\s+-m\s+(?:pytest|unittest|nose2?) | (?:coverage|kcov)\s+run\b[^\n]*\b(?:pytest|test|unittest)
    | (?:\./)?manage\.py\s+test\b | django-admin\s+test\b | go\s+test\b | gotestsum\b | (?:npx\s+|bunx\s+)?(?:jest|vitest|mocha|ava)(?=[\s;"']|$)
    | (?:ng|bun|deno|node\s+--)\s*test\b | playwright\s+test\b | cypress\s+run\b
    | (?:bundle\s+exec\s+|bin/)?(?:parallel_)?rspec\b | (?:bundle\s+exec\s+|bin/)?rake\s*$
    | (?:bin/)?(?:rails|rake)\s+(?:[\w:-]+\s+)*(?:test|spec)(?::\w+)*(?=\s|$)
    | (?:vendor/bin/)?(?:phpunit|pest)\b | php\s+artisan\s+test\b
    | cargo\s+(?:test|nextest\s+run|llvm-cov)\b | (?:\./)?gradlew?\b[^\n]*[\s:](?:test|check|build)\b
    | (?:\./)?mvnw?\b[^\n]*\s(?:test|verify|install|package)\b | dotnet\s+test\b | mix\s+test\b | sbt\s+[^\n]*test\b | swift\s+test\b
    | (?:turbo|nx)\s+(?:--?\S+\s+|run\s+|run-many\s+|affected\s+)*(?:-t\s+|--targets?[ =])?test\b
    | newman\s+run\b | (?:bundle\s+exec\s+)?cucumber(?=\s|$)
    | behave(?=\s|$) | robot\s+\S | karma\s+start\b | xcodebuild\s+[^\n]*\btest\b | bazel\s+test\b | ctest\b
    | supabase\s+test\s+db\b | pgtap\b | pg_prove\b | bats\s+\S | tap\s+test | zig\s+build\s+test | elm-test\b | prove\s+-
    )"""
)
# an e2e run against what is live already, a listing, an installation: the words are there, the tests are not run
_NOT_TESTS = re.compile(
    r"\b(?:pip|uv|poetry|npm|yarn|pnpm|apt(?:-get)?|brew)3?\s+(?:install|add|i|ci|sync)\b|--collect-only\b|--version\b|\binstall\s+--with-deps\b|^\s*echo\b"
)
_CHAINED = re.compile(r"&&|\|\||;")
_PACKAGE = re.compile(r"\b(npm|yarn|pnpm|bun)\s+(.*)$")
_PACKAGE_FLAGS = re.compile(
    r"^(?:(?:--?(?:prefix|filter|workspace|cwd|C|F|w|dir)(?:[ =]\S+))|--?[\w-]+(?:=\S+)?|workspace\s+\S+|run|run-script|exec|-r)\s+"
)
_MAKE = re.compile(r"(?:^|[\s;&|(])(?:make|gmake|just|task)\s+((?:-{1,2}\S+\s+)*)([\w.:/-]+(?:\s+[\w.:/-]+)*)")
_FOLDER = re.compile(r"-C\s*(\S+)|--directory[= ](\S+)")
_CHANGE = re.compile(r"(?:^|&&|;)\s*cd\s+([\w./-]+)\s*(?:&&|;)")
_SCRIPT = re.compile(
    r"(?:^|[\s;&|(])(?:(?:ba|z|da)?sh\s+(?:-\w+\s+)*|source\s+|\.\s+)?((?:\./)?(?:[\w.-]+/)*[\w.-]+(?:\.sh|\.bash)|\./(?:[\w.-]+/)*[\w.-]+|(?:[\w.-]+/)+[\w.-]+)"
)
# a script of the repository by its place in the container that runs it: `--entrypoint=/app/ci/test.sh`
_IN_A_CONTAINER = re.compile(r"(?:^|[\s;&|(])(?:docker|podman)(?:-compose)?\s(?:[^\n;&|]{0,2000}?\s)??(?:run|exec)\s")
_ABSOLUTE = re.compile(r"(?:^|[\s='\"])/((?:[\w.-]{1,80}/){0,8}[\w.-]{1,80}\.(?:sh|bash))(?![\w./-])")
_TOX = re.compile(r"(?:^|[\s;&|(])(?:python\S*\s+-m\s+)?(tox|nox)(?=\s|$)([^\n;&|]*)")
_HATCH = re.compile(
    r"\bhatch\s+(?:run\s+(?:[\w.]+:)?(?:test|cov)|test)\b|\b(?:pdm|poe|rye|hatch|pipenv|poetry|uv|invoke|inv|doit|thx|nox|task)\s+(?:run\s+)?(?:poe\s+)?(?:tests?|unit-?tests?|pytest|cov(?:erage)?)(?=[\s:;]|$)"
)

# a command that is called test, whatever it runs; the word that is called, and what follows it
_NAMED = re.compile(
    r"(?:^|[\s;&|(])(npm|pnpm|yarn|bun|make|just|task|mage|earthly|rake|inv|invoke|doit)\s+(?:-{1,2}[\w-]+(?:[= ][\w@./-]+)?\s+"
    r"|run\s+|workspace\s+\S+\s+|\+)*(t(?=\s|$)|tests?\b[\w:.-]*|[\w-]+[-:]tests?\b)"
)
_NAMED_SCRIPT = re.compile(
    r"(?:^|[;&|]\s*|\s-c\s+['\"]?)(?:[A-Z_]+=\S+\s+|sudo\s+|exec\s+|(?:docker(?:-|\s)compose|docker|podman)\s[^;&|]*?\s(?=\./|scripts?/|bin/|(?:ba)?sh\s))*"
    r"(?:\./|(?:ba)?sh\s+(?:\./)?|(?:\./)?(?:scripts?|bin|ci)/)(?:[\w.-]+/)*(?:run[-_])?(?:\w+[-_])?tests?(?:\.sh)?(?=\s|$)"
)
_COMPOSE = re.compile(r"(?:^|[\s;&|(])(?:docker|podman)(?:-|\s+)compose\s+([^\n;&|]+)")
_TEST_SERVICE = re.compile(
    r"(?:[\w-]{1,80}[-_])?(?:unit|integration|e2e)?[-_]?tests?(?:[-_](?:unit|integration|e2e|runner|api|backend|frontend|app|web|server))?"
)
_NO_TESTS_NAME = re.compile(r"lint|type|format|style|build|watch|deploy|clean|image|setup|prepare|docker-build", re.I)

# programs that stand in the repository, or are built from it, and that nobody reads here: they may test and deploy
_HANDS_OVER = re.compile(
    r"(?:^|[\s;&|(])(?:dagger\s+(?:call|run|do)\b|earthly\s+(?:-\S{1,200}\s+){0,20}\+|mage\s+\w"
    r"|go\s+run\s+(?![^\s@]{1,300}@)[^\n;&|]{0,300}\s(?:ci|tests?|check|verify|all)(?=\s|$)"
    r"|nix\s+(?:build|run|flake\s+check)\b|pants\s+\w"
    r"|(?:docker-compose|docker\s+compose)\s(?=[^\n;&|]{0,400}\bup\b)[^\n;&|]{0,600}--(?:exit-code-from|abort-on-container)"
    r"|(?:python3?|node|ruby|bun|deno\s+run)\s+(?:-\S{1,200}\s+){0,20}+(?:[\w.-]{1,200}/){0,20}+(?:ci|pipeline|check|verify)[\w-]{0,200}\.(?:py|m?[jt]s|rb)\b"
    r"|(?:inv(?:oke)?|rake|just|task|make)\s+ci\b|(?:npx\s+)?projen\s+(?:build|test|release)\b)"
)

_LENIENT = re.compile(r"\|\|\s*(?:true|:|exit\s+0|echo\b)|;\s*true\s*$|\bset\s+\+e\b")
_MIGRATES = re.compile(
    r"\bmanage\.py\s+migrate(?:_schemas)?\b|\balembic\s+upgrade\b|\bflask\s+db\s+upgrade\b|\bprisma\s+migrate\s+deploy\b|\brails?\s+db:(?:migrate|prepare)\b|\brake\s+db:migrate\b"
    r"|\bphp\s+artisan\s+migrate\b|\bsupabase\s+db\s+push\b|\bdrizzle-kit\s+(?:migrate|push)\b|\bknex\s+migrate:latest\b|\bsequelize(?:-cli)?\s+db:migrate\b|\btypeorm\b[^\n]*migration:run"
    r"|\bgoose\b[^\n]*\bup\b|\bmigrate\b[^\n]*-database\b|\bflyway[\s:]+migrate\b|\bflywayMigrate\b|\bd1\s+migrations\s+apply\b|\bdoctrine:migrations:migrate\b|\bliquibase\s+update\b|\bdbmate\s+up\b|\baerich\s+upgrade\b|\byoyo\s+apply\b|\bsqitch\s+deploy\b|\bef\s+database\s+update\b"
    r"|\bRelease\.migrate\b|\brails?[\"',\s]+db:migrate\b|\bpsql\b[^\n]*\bmigrations?/|\bnode\s+[\w./-]*migrate[\w-]*\.[cm]?[jt]s\b|\bpython3?\s+-m\s+[\w.]+\.migrate\b"
    r"|\bmix\s+ecto\.migrate\b|\bdiesel\s+migration\s+run\b|\bsqlx\s+migrate\s+run\b|\batlas\s+migrate\s+apply\b|\bmikro-orm\s+migration:up\b|\bnode-pg-migrate\s+up\b"
    r"|\b(?:npm|pnpm|yarn|bun|turbo|pdm)\s+(?:--?\S+\s+(?:[\w@/.][\w@/.-]*\s+)??)*(?:run\s+)?(?:(?:db|prisma|database)[:-])?migrat(?:e|ions?)(?:[:-](?:deploy|up|run|prod|latest))?(?=\s|$|;|&)"
    r"|\b(?:make|just|task)\s+(?:-\S+\s+)*(?:[\w-]+[-:_])?migrat(?:e|ions)(?=\s|$)|(?:^|[;&|]\s*)(?:\./)?(?:[\w.-]+/)+[\w-]*migrat(?:e|ions?)[\w-]*(?:\.(?:sh|py|rb))?(?=\s|$)"
)

_SPEAKS_OF_MIGRATING = re.compile(
    r"(?i)(?<![a-z])(?:\w+[-_:])?migrat(?:e|es|ions?|or)(?![a-z])(?!\S*[:\s](?:status|rollback|reset|diff|create|make|check))"
)


def lines_of(script: str) -> Iterator[tuple[int, str]]:
    """(line offset, command) of a shell script: continued lines joined, comments and empty lines left out."""
    pending, start = "", 0
    for number, line in enumerate(script.split("\n")[:MAX_LINES]):
        bare = line.strip()
        if not pending and (not bare or bare.startswith("#")):
            continue
        start = start if pending else number
        pending = f"{pending} {bare.removesuffix(chr(92)).strip()}".strip()
        if not bare.endswith("\\"):
            yield start, pending
            pending = ""
    if pending:
        yield start, pending


def runs_tests(command: str) -> bool:
    """Does this one command line run tests by itself?"""
    return any((_TESTS.search(part) or _HATCH.search(part)) and not _NOT_TESTS.search(part) for part in _CHAINED.split(command))


def _test_service(command: str) -> bool:
    """Does the command run a service of Compose that is called test?"""
    found = _COMPOSE.search(command)
    words = found.group(1).split() if found else []
    once = "run" in words or ("up" in words and any(word.startswith(("--exit-code-from", "--abort-on-container")) for word in words))
    return once and any(_TEST_SERVICE.fullmatch(word) for word in words if not word.startswith("-"))


def hands_over(command: str) -> bool:
    """Does the command leave to a program what is tested, one that is not read here?"""
    return _HANDS_OVER.search(command) is not None


def lenient(command: str) -> bool:
    """Is the command's failure swallowed (`|| true`)?"""
    return _LENIENT.search(command) is not None


def migrates(command: str) -> bool:
    told = any(_MIGRATES.search(part) and not re.match(r"\s*(?:echo|printf)\b", part) for part in _CHAINED.split(command))
    return told and not re.search(r"--check\b|--dry-run\b|--plan\b|migrate:(?:status|rollback|reset)", command)


def may_migrate(command: str) -> bool:
    """Does the command speak of migrating, in words that do not say whether it is the database's schema?"""
    return _SPEAKS_OF_MIGRATING.search(command) is not None and not re.match(r"\s*(?:echo|printf|cp|ls|cat|git|cd)\b", command)


class Commands:
    """Follows a command to what it runs in this repository."""

    def __init__(
        self, targets: Iterable[Declared], packages: Iterable[Declared], scripts: Iterable[Declared], ini: Iterable[Declared],
        services: Iterable[Declared] = (),
    ) -> None:  # fmt: skip
        self._targets: dict[tuple[str, str], Declared] = {}
        for target in targets:
            self._targets.setdefault((dirname(target.path), target.name), target)
        self._packages = {dirname(package.path): package for package in packages if package.path.endswith("package.json")}
        self._scripts = {script.path: script for script in scripts}
        self._ini = list(ini)
        self._services = {(service.path, service.name): service for service in services}

    # ------------------------------------------------------------ what exists
    def has_target(self, name: str, folder: str = "") -> bool:
        return (folder, name) in self._targets or any(known == name for _, known in self._targets)

    @property
    def knows_targets(self) -> bool:
        """Are there make targets at all? Makefiles that include others, or make targets by patterns, know more than is read."""
        return bool(self._targets) and not any("%" in name or "$" in name for _, name in self._targets)

    def has_package_script(self, name: str, folder: str = "") -> bool:
        return any(package.has(f"scripts.{name}") for package in self._packages.values())

    @property
    def packages(self) -> dict[str, Declared]:
        return self._packages

    # ------------------------------------------------------------ following
    def expanded(self, command: str, folder: str = "", depth: int = DEPTH) -> Iterator[str]:
        """The command itself and the commands behind it, as far as they stand in the repository."""
        yield command
        if depth <= 0:
            return
        if moved := _CHANGE.search(command):
            folder = normpath(join(folder, moved.group(1)))
        for inner, where in self._behind(command, "" if folder == "." else folder):
            yield from self.expanded(inner, where, depth - 1)

    def tests(self, command: str, folder: str = "") -> bool:
        """Does the command run tests, by itself or behind what it calls; or is it called so, and is there something behind the name?"""
        return any(runs_tests(each) or self._called_tests(each) for each in self.expanded(command, folder))

    def _called_tests(self, command: str) -> bool:
        if (_NAMED_SCRIPT.search(command) or _test_service(command)) and not _NO_TESTS_NAME.search(command):
            return True
        found = _NAMED.search(command)
        if found is None or _NO_TESTS_NAME.search(found.group(2)) or _NOT_TESTS.search(command):
            return False
        tool, name = found.group(1), "test" if found.group(2) == "t" else found.group(2)
        if tool in ("npm", "pnpm", "yarn", "bun"):
            scripts = [package.text(f"scripts.{name}") for package in self._packages.values() if package.has(f"scripts.{name}")]
            return any(script and "no test specified" not in script and not script.startswith("echo") for script in scripts)
        if tool in ("make", "just"):
            targets = [target for (_, known), target in self._targets.items() if known == name]
            return any(entry.key == "run" and not entry.value.startswith("echo") for target in targets for entry in target.entries)
        return True

    def script_named(self, name: str) -> Iterator[str]:
        """The lines of the one script of that name; nothing where there are several."""
        found = [script for path, script in self._scripts.items() if path.rpartition("/")[2] == name]
        for entry in found[0].entries if len(found) == 1 else ():
            if entry.key == "line":
                yield from self.expanded(entry.value, dirname(found[0].path), 2)

    def _behind(self, command: str, folder: str) -> Iterator[tuple[str, str]]:
        plain = re.sub(r"\$\{\{.*?\}\}", "x", command)  # an expression of a workflow is one word
        for found in _MAKE.finditer(re.sub(r"(?<=\s)\w+=\S*\s+", "", plain) if "=" in plain else plain):
            place = _FOLDER.search(found.group(1) + found.group(2))
            where = normpath(join(folder, (place.group(1) or place.group(2)))) if place else folder
            for word in found.group(2).split():
                yield from self._target(word, where)
        if found := _PACKAGE.search(command):
            yield from self._package(found.group(2), folder)
        for found in _SCRIPT.finditer(command):
            path = normpath(join(folder, found.group(1)))
            script = self._scripts.get(path) or self._scripts.get(normpath(found.group(1)))
            if script is not None:
                yield from ((entry.value, dirname(path)) for entry in script.entries if entry.key == "line")
        if _IN_A_CONTAINER.search(command):
            yield from self._in_a_container(command)
        yield from self._service(command, folder)
        if found := _TOX.search(command):
            yield from self._sessions(found.group(1), found.group(2), folder)

    def _in_a_container(self, command: str) -> Iterator[tuple[str, str]]:
        """The lines of a script that stands in the image, where the repository has one at the end of its path."""
        for found in _ABSOLUTE.finditer(command):
            parts = found.group(1).split("/")
            ends = ("/".join(parts[number:]) for number in range(len(parts)))
            script = next((self._scripts[end] for end in ends if end in self._scripts), None)
            if script is not None:
                yield from ((entry.value, dirname(script.path)) for entry in script.entries if entry.key == "line")

    def _target(self, name: str, folder: str) -> Iterator[tuple[str, str]]:
        target = self._targets.get((folder, name)) or self._targets.get(("", name))
        for entry in target.entries if target is not None else ():
            if entry.key == "run":
                yield entry.value, dirname(target.path)
            elif entry.key == "needs":
                yield f"make {entry.value}", dirname(target.path)

    def _package(self, rest: str, folder: str) -> Iterator[tuple[str, str]]:
        prefix = re.search(r"--(?:prefix|cwd|dir)[= ](\S+)|-C\s+(\S+)", rest)
        if prefix:
            folder = normpath(join(folder, prefix.group(1) or prefix.group(2)))
        rest = rest.strip() + " "
        while skipped := _PACKAGE_FLAGS.match(rest):
            rest = rest[skipped.end() :]
        name = re.split(r"[\s;&|]", rest, maxsplit=1)[0]
        name = "test" if name in ("t", "tst") else name
        for place in dict.fromkeys((folder, "", *sorted(self._packages))):
            package = self._packages.get(place)
            script = package.text(f"scripts.{name}") if package is not None and name else None
            if script:
                if "no test specified" not in script:
                    yield script, place
                return

    def _service(self, command: str, folder: str) -> Iterator[tuple[str, str]]:
        """What a service of Compose does by itself, where it is run without a command of its own."""
        found = _COMPOSE.search(command)
        words = found.group(1).split() if found else []
        if "run" not in words:
            return
        at = words.index("run")
        rest = [word for word in words[at + 1 :] if not word.startswith("-")]
        if len(rest) != 1:
            return
        named = [words[n + 1] for n, word in enumerate(words[:at]) if word in ("-f", "--file")]
        files = [normpath(join(folder, name)) for name in named] or [
            join(folder, name) for name in ("docker-compose.yml", "compose.yml", "compose.yaml")
        ]
        for path in reversed(files):  # the last file overrides those before it
            service = self._services.get((path, rest[0]))
            text = (service.raw("command") or " ".join(entry.value for entry in service.find("command.*"))) if service is not None else ""
            if text:
                yield text, folder
                return

    def _sessions(self, tool: str, arguments: str, folder: str) -> Iterator[tuple[str, str]]:
        """What tox or nox runs: a tox file that names a test runner; nox sessions are Python, so their names must do."""
        if tool == "nox":
            named = re.search(r"-s(?:essions?)?[= ]\s*([\w ,.-]+)|-e\s+([\w-]+)", arguments)
            if named is None or "test" in named.group(0):
                yield "pytest", folder
            return
        lint = re.search(r"-e[= ]?\s*(?:lint|mypy|type|docs|format|style|pre-commit|flake8|black|ruff)\b", arguments)
        for ini in self._ini:
            for entry in ini.entries:
                if not lint and "commands" in entry.key:
                    yield from ((line, dirname(ini.path)) for line in entry.value.split("\n"))
