"""Judges: no credential stands in the files of the repository."""

from prodlint import Finding, Project, Proof, Skip, Span


def check(project: Project):
    found = False
    for path, secret in project.secrets():
        if path in project.git.ignored:
            continue
        found = found or secret.confidence != "low"
        at = Span(path, secret.line, secret.column, secret.line, secret.end_column)
        yield Finding(at, message(secret), secret.confidence, subject={"kind": secret.kind}, text=secret.salted)
    if not project.files:
        yield Skip("no file was examined")
    elif not found:
        yield Proof(Span(next(iter(project.files)), 1), f"no credential was found in {len(project.files)} files")


def message(secret) -> str:
    where = f" in {secret.name}" if secret.name else ""
    how = f"; take it back ({secret.rotate})" if secret.rotate else "; change it where it opens something"
    return f"{secret.note or 'a credential'}{where} stands in the {PLACES[secret.place]}{how} and read the new one from the environment"


PLACES = {"live": "repository", "test": "tests", "example": "example", "documentation": "documentation"}
