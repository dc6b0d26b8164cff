"""Judges: the image is built without the file of secrets."""

import re

from prodlint import Finding, Project, Proof, Skip, Span

ENV_FILE = re.compile(r"(?:^|/)\.env(?:\.(?!example|sample|template|dist|schema|defaults?|test|ci)[\w-]+)?$")


def check(project: Project):
    images = project.blocks("dockerfile")
    if not images:
        yield Skip("no image is built here")
    for image in images:
        found = False
        for entry in image.entries:
            words = [word.strip("[]\"',") for word in entry.value.split() if not word.startswith("--")]
            source = next((word for word in words[:-1] if ENV_FILE.search(word)), "") if entry.key in ("COPY", "ADD") else ""
            if source and "--from" not in entry.value:
                found = True
                words = f"{source} is copied into the image: whoever can pull the image can read it, and every layer keeps it"
                yield Finding(Span(image.path, entry.line), words, subject={"kind": "env-file"})
        if not found:
            yield Proof(image.at, f"{image.path} copies no .env file by name")
