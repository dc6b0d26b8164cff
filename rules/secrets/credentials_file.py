"""Judges: no file that a program keeps its credentials in is part of the repository."""

import re

from prodlint import Finding, Project, Proof, Span

STATE = re.compile(r"(?:^|/)[\w.-]*\.tfstate(?:\.backup)?$")


def check(project: Project):
    found = False
    for path, secret in project.secrets():
        if secret.home != "credentials-file":
            continue
        found = found or secret.confidence != "low"
        at = Span(path, secret.line, secret.column, secret.line, secret.end_column)
        text = f"{path.rpartition('/')[2]} is a file of credentials and holds a {secret.note}: take it back, then keep the file out of git"
        yield Finding(at, text, secret.confidence, subject={"kind": secret.kind}, text=secret.salted)
    for path in project.files:
        if STATE.search(path) and project.tracked.get(path, True) is not False and not project.is_aside(path):
            found = True
            text = f"{path.rpartition('/')[2]} is Terraform's state, which holds every password that it ever made: keep it in a remote backend"
            yield Finding(Span(path, 1), text, "high", subject={"kind": "terraform-state"}, text=path)
    if not found:
        yield Proof(Span(next(iter(project.files), "."), 1), "no file of credentials with a value in it is here")
