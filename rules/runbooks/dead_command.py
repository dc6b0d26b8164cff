"""Judges: the commands of the documents can be run."""

from prodlint import Finding, Project, Proof, Skip


def check(project: Project):
    documents = project.documents
    alive, seen = None, False
    for part, at, command in documents.commands():
        seen = True
        why = documents.dead(command, part.path.rpartition("/")[0])
        if why:
            yield Finding(at, f"`{project.shortened(command)}` cannot be run: {why}", confidence="medium")
        elif alive is None:
            alive = (at, command)
    if alive is not None:
        yield Proof(alive[0], f"`{project.shortened(alive[1])}` can be run, as far as the repository says")
    if not seen:
        yield Skip("no document has a command")
