"""Judges: links between documents lead somewhere."""

from prodlint import Finding, Project, Proof, Skip

NOT_READ = (
    ".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".pdf", ".mp4", ".ico", ".webm", ".mov", ".zip", ".html", ".htm", ".csv", ".ipynb",
    ".drawio", ".key",
)  # fmt: skip


def check(project: Project):
    alive, seen = None, False
    for at, link, path in project.documents.links():
        if path.startswith("..") or path.lower().endswith(NOT_READ):
            continue
        seen = True
        if project.is_there(path):
            alive = alive or (at, link)
        else:
            yield Finding(at, f"{link} leads to no file of this repository", confidence="medium")
    if alive is not None:
        yield Proof(alive[0], f"{alive[1]} is there")
    if not seen:
        yield Skip("no document links to a file of this repository")
