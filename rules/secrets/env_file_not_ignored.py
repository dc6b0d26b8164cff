"""Judges: where a .env file belongs, git is told to leave it alone."""

import re

from prodlint import Edit, Finding, Fix, Project, Proof, Skip, Span

REAL = re.compile(r"(?:^|/)\.env(?:\.local|\.production)?$")
SAMPLE = re.compile(r"(?:^|/)(?:\.env[.-](?:example|sample|template|dist)|env\.(?:example|sample)|example\.env)$")


def check(project: Project):
    if not project.git.present:
        yield Skip("this is no git repository: what is ignored could not be seen", verdict="unknown")
        return
    loose = [path for path in project.files if REAL.search(path) and project.tracked.get(path) is False and path not in project.git.ignored]
    for path in loose:
        message = f"{path} is not ignored: the next `git add .` publishes it"
        yield Finding(Span(path, 1), message, "high", subject={"kind": "env-file"}, text=path, fix=ignored(project, path))
    samples = [path for path in project.files if SAMPLE.search(path) and not project.is_aside(path)]
    open_samples = [path for path in samples if beside(path) in project.git.bare and beside(path) not in project.files]
    for path in open_samples:
        message = f"{beside(path)}, which this file is a sample of, is in no .gitignore: the first `git add .` publishes it"
        yield Finding(Span(path, 1), message, "medium", subject={"kind": "env-file"}, text=path, fix=ignored(project, beside(path)))
    if not loose and not open_samples:
        if samples or project.git.ignored or ".env" not in project.git.bare:
            yield Proof(Span(".gitignore" if ".gitignore" in project.files else next(iter(project.files), "."), 1), "git is told to leave .env alone")
        else:
            yield Skip("nothing here reads a .env file")


def beside(sample: str) -> str:
    folder = sample.rpartition("/")[0]
    return f"{folder}/.env" if folder else ".env"


def ignored(project: Project, path: str) -> Fix:
    return Fix("ignore .env", (Edit(Span(".gitignore", 1, 1), ".env\n" if path.endswith(".env") else f"{path}\n"),), "unsafe")
