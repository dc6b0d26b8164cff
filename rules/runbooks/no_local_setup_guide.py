"""Judges: a new developer can run the app from what is written here."""

from prodlint import Finding, Project, Proof, Skip, Span


def check(project: Project):
    if project.first_code() is None:
        yield Skip("there is no code here")
        return
    found = project.documents.local()
    elsewhere = project.documents.elsewhere()
    readme = project.readme()
    if found:
        part, at, command = found[0]
        yield Proof(at, f"{part.heading or part.path}: `{project.shortened(command)}`")
    elif elsewhere is not None:
        part, link = elsewhere
        yield Finding(part.at, f"how to run the app is not written here; {part.heading} sends the reader to {link}", confidence="medium")
    elif readme:
        yield Finding(Span(readme, 1), f"{readme} does not say how to run the app: no heading with a command that this repository has")
    else:
        yield Finding(project.first_code(), "there is no README: nothing says how to run the app")
