"""Judges: no credential stands in the files of the repository."""

import re

from prodlint import Edit, Finding, Fix, Project, Proof, Related, Skip, Span

ELSEWHERE = ("key-file", "credentials-file", "browser")  # homes of which other rules say more
MANY = 5  # places of one value in the app's own files above which it is told once: to take it back is one thing to do
# what the image of a database takes as its password, where that is not for production: it opens a container from inside its network
CONTAINER = re.compile(r"^(?:POSTGRES|PG|MYSQL|MARIADB|MONGO\w*|REDIS|RABBITMQ|MSSQL|SA|SQL|DB)_(?:\w+_)?(?:PASSWORD|PASS)$")
PLACES = {"live": "the repository", "test": "the tests", "example": "an example", "documentation": "the documentation"}


def check(project: Project):
    every, signs = list(places(project)), signing(project)
    placed = [each for each in every if each[1].kind != "keyword" or (each[0], each[1].line) not in signs]
    found = len(placed) < len(every)
    recorded, shown = again(placed), {secret.salted for _, secret in project.secrets() if secret.place == "example"}
    for path, secret, at, over in placed:
        found = found or secret.confidence != "low"
        subject = {"kind": secret.kind}
        if over is not None:
            words = f"a {secret.note} in {secret.name} stands in the repository; {over.path}:{over.line} takes another from outside the code"
            words += ", so this one opens only what runs without those settings"
            yield Finding(at, words, secret.confidence, subject=subject, text=secret.salted, severity="info")
            continue
        if secret.kind == "keyword" and project.symfony_defaults(path, secret.name):
            words = f"a {secret.note} in {secret.name}, which Symfony draws for development, stands in the repository: it opens whatever runs without"
            words += " another one from the environment, .env.local or the vault"
            yield Finding(at, words, secret.confidence, subject=subject, text=secret.salted, severity="info")
            continue
        others = recorded.get(one_thing(path, secret), [at])
        if secret.place != "test" and len(others) <= MANY:
            others = [at]
        if at != others[0]:
            continue  # told at the first place, with this one beside it
        words, fix = message(secret, len(others) - 1), moved(project, path, secret)
        beside = "another account" if secret.kind == "password-hash" else "the same value"
        related = tuple(Related(other, beside) for other in others[1:])
        sample = secret.place == "example" and secret.kind == "keyword"  # of no provider's form: made for whoever copies the example
        confidence = "medium" if secret.salted in shown and secret.place == "live" and secret.confidence == "high" else secret.confidence
        # what was thought of rather than drawn, what opens a sandbox, and what stands where samples stand too may open nothing
        inside = secret.workshop and CONTAINER.search(secret.name) is not None
        severity = "info" if sample else "warning" if inside or confidence != "high" else None
        yield Finding(at, words, confidence, subject=subject, text=secret.salted, fix=fix, related=related, severity=severity)
    if not project.files:
        yield Skip("no file was examined")
    elif not found:
        yield Proof(Span(next(iter(project.files)), 1), f"no credential was found in {len(project.files)} files")


def places(project: Project):
    """(path, secret, its place, where a setting over it reads another one) of each credential that this rule tells of."""
    for path, secret in project.secrets():
        if secret.home not in ELSEWHERE:
            at = Span(path, secret.line, secret.column, secret.line, secret.end_column)
            yield path, secret, at, project.settled_over(path, secret.name) if secret.literal else None


def signing(project: Project) -> set[tuple[str, int]]:
    """The lines of which `literal-signing-key` says more: what the literal is for. A key of a provider's own form is told all the same."""
    matches = [(at, match) for at, match in project.matches("literal-signing-key") if not project.is_aside(at.path)]
    return {(at.path, at.line) for at, match in matches if match.metadata.get("role", "finding") == "finding" and at.line == at.end_line}


def again(placed) -> dict[tuple[str, str, str], list[Span]]:
    """Where each value stands, in the tests or in the app's own files: what one recording of a conversation holds, the next one holds too."""
    found: dict[tuple[str, str, str], list[Span]] = {}
    for path, secret, at, over in placed:
        if secret.place in ("test", "live") and over is None:
            found.setdefault(one_thing(path, secret), []).append(at)
    return found


def one_thing(path: str, secret) -> tuple[str, str, str]:
    """What is taken back at once: a value wherever it stands, the accounts of one dump."""
    return secret.place, path if secret.kind == "password-hash" else secret.salted, secret.confidence


def message(secret, more: int = 0) -> str:
    where = f" in {secret.name}" if secret.name else ""
    article = "an" if secret.note[:1].lower() in "aeio" and not secret.note.startswith("one-") else "a"
    how = f"take it back ({secret.rotate})" if secret.rotate else "change it where it opens something"
    times = f" ({more} more place{'s' if more > 1 else ''})" if more else ""
    return f"{article} {secret.note}{where} stands in {PLACES[secret.place]}{times}; {how} and read the new one from the environment"


def moved(project: Project, path: str, secret) -> Fix | None:
    """The literal replaced by a look-up, with its import, and the name in the sample of the environment."""
    name = "".join(sign if sign.isalnum() else "_" for sign in secret.name).upper()
    module = project.files[path].module
    if not secret.literal or module is None or not name.isidentifier():
        return None
    edits = [Edit(Span(path, secret.line, secret.column - 1, secret.line, secret.end_column + 1), f'os.environ["{name}"]')]
    imports = [statement for statement in module.body if type(statement).__name__ == "Import"]
    bound = {(binding.name, binding.target) for statement in imports for binding in statement.bindings}
    if ("os", "os") not in bound:
        later = [statement for statement in imports if all(binding.target.partition(".")[0] != "__future__" for binding in statement.bindings)]
        first = (later or [*module.body])[0].at >> 12
        edits.append(Edit(Span(path, first, 1), "import os\n"))
    edits.extend(named(project, name))
    return Fix(f"read {name} from the environment", tuple(edits), "unsafe")


def named(project: Project, name: str):
    """The name, without a value, at the top of .env.example, and .env in .gitignore; a file that is not there is made."""
    sample = project.files.get(".env.example")
    if sample is None or not any(entry.key == name for block in sample.blocks for entry in block.entries):
        yield Edit(Span(".env.example", 1, 1), f"{name}=\n")
    if ".env" in project.git.bare:
        yield Edit(Span(".gitignore", 1, 1), ".env\n")
