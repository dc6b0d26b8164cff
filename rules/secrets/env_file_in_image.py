"""Judges: the image is built without the file of secrets."""

import re

from prodlint import Finding, Project, Proof, Skip, Span

ENV_FILE = re.compile(r"(?:^|/)\.env(?:\.(?!example|sample|template|dist|schema|defaults?|test|ci)[\w-]+)?$")
NAMED = re.compile(r"(?i)secret|passw|pwd|token|key|credential|dsn|salt|database_url|redis_url")


def check(project: Project):
    images = project.blocks("dockerfile")
    if not images:
        yield Skip("no image is built here")
    for image in images:
        found = False
        for entry in image.entries:
            words = [word.strip("[]\"',") for word in entry.value.split() if not word.startswith("--")]
            source = next((word for word in words[:-1] if ENV_FILE.search(word)), "") if entry.key in ("COPY", "ADD") else ""
            if source and "--from" not in entry.value and not harmless(project, image, source):
                found = True
                words = f"{source} is copied into the image: whoever can pull the image can read it, and every layer keeps it"
                yield Finding(Span(image.path, entry.line), words, subject={"kind": "env-file"})
        if not found:
            yield Proof(image.at, f"{image.path} copies no .env file by name")


def harmless(project: Project, image, source: str) -> bool:
    """Is it a file that everybody reads in the repository anyway, and no value in it opens anything?"""
    folder = image.path.rpartition("/")[0]
    for path in (source.removeprefix("./"), f"{folder}/{source.removeprefix('./')}"):
        shared = project.tracked.get(path) or (not project.git.present and path not in project.git.ignored)
        if shared and path in project.files:
            settings = [entry for block in project.files[path].blocks if block.kind == "dotenv" for entry in block.entries if entry.value.strip()]
            return bool(settings) and not project.files[path].secrets and not any(NAMED.search(entry.key) for entry in settings)
    return False
