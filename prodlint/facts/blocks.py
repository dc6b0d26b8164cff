"""Configuration files as named blocks with keys and lines.

Knows: which reader reads which file, by its name and, for YAML, JSON and shell scripts, by what its first lines say. Does not know: what a key
means, other files. Files whose name says nothing to us, and lock files, are not parsed.
"""

from __future__ import annotations

from importlib import import_module

from prodlint import regex as re
from prodlint.model import Block, Problem

Answer = tuple[str, tuple[Block, ...], tuple[Problem, ...]]
MAX_TEXT = 2_000_000  # characters of a file that a person may have written; more is data

_PASSED_OVER = re.compile(
    r"(?:^|/)(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.ya?ml|bun\.lock|composer\.lock|poetry\.lock|uv\.lock|Pipfile\.lock"
    r"|yarn\.lock|Cargo\.lock|Gemfile\.lock|go\.sum|\.terraform\.lock\.hcl|pdm\.lock|pixi\.lock|flake\.lock)$"
    r"|(?:^|/)(?:CHANGELOG|CHANGES|HISTORY|RELEASE_NOTES|LICEN[CS]E|NOTICE)[\w.-]*$"
)
DOTENV = re.compile(
    r"(?:^|/)\.env(?:[.-][\w.-]+)?$|(?:^|/)\.?[\w-]*\.env(?:\.(?:example|sample|template|dist))?$|(?:^|/)(?:env\.(?:example|sample)|\.dev\.vars|\.envrc)$"
)

# which reader for which name; the first that fits reads
_READERS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?:^|/)\.secrets\.baseline$"), "baseline_blocks"),
    (re.compile(r"\.(?:tf|tfvars|hcl)$"), "hcl_blocks"),
    (re.compile(r"\.ya?ml$"), "yaml_blocks"),
    (re.compile(r"\.jsonc?$"), "json_blocks"),
    (re.compile(r"\.toml$|(?:^|/)Pipfile$"), "toml_blocks"),
    (re.compile(r"\.(?:ini|cfg)$|(?:^|/)postgrest[\w.-]*\.conf$"), "ini_blocks"),
    (re.compile(r"(?:^|/)(?:[\w.-]*Dockerfile[\w.-]*|Containerfile)$|\.dockerfile$", re.I), "dockerfile_blocks"),
    (re.compile(r"(?:^|/)(?:Procfile[\w.-]*|(?:GNU)?[Mm]akefile|\.?[Jj]ustfile|Jenkinsfile[\w.-]*)$|\.mk$"), "line_blocks"),
    (re.compile(r"(?:^|/)(?:crontab|[\w.-]+\.cron|cron\.d/[^/]+)$"), "line_blocks"),
    (re.compile(r"\.(?:md|mdx|markdown|rst|adoc)$", re.I), "text_blocks"),
    (re.compile(r"(?:^|/)(?:README|RUNBOOK|DEPLOY(?:MENT)?|OPERATIONS|INSTALL|HACKING)(?:\.txt)?$"), "text_blocks"),
    (re.compile(r"\.(?:[mc]?[jt]sx?|go|rb|php|java|kt|cs|ex|exs|sh|bash|rs|rules)$"), "sign_blocks"),
    (re.compile(r"(?:^|/)[\w-]*(?:entrypoint|backup|deploy|start)[\w-]*$"), "sign_blocks"),
    (re.compile(r"(?:^|/)(?:scripts?|bin|ci|\.ci|tools|hack)/(?:[\w.-]+/)?[\w-]+$"), "sign_blocks"),
)  # fmt: skip

SHELL = re.compile(r"#![^\n]*\b(?:ba|z|da|k)?sh\b")

_LANGUAGES = {
    "json": "json", "jsonc": "json", "toml": "toml", "ini": "ini", "cfg": "ini", "sql": "sql", "js": "javascript", "jsx": "javascript",
    "mjs": "javascript", "cjs": "javascript", "ts": "typescript", "tsx": "typescript", "mts": "typescript", "cts": "typescript", "go": "go",
    "rb": "ruby", "php": "php", "java": "java", "kt": "kotlin", "cs": "csharp", "md": "markdown", "mdx": "markdown", "rst": "rst", "sh": "shell",
    "bash": "shell", "ipynb": "notebook", "tf": "hcl", "tfvars": "hcl", "hcl": "hcl", "yaml": "yaml", "yml": "yaml",
}  # fmt: skip


def read(path: str, text: str) -> Answer:
    """(language, blocks, problems) of a configuration file; ("text", (), ()) for any other. Raises nothing for bad input: a file
    that is no valid source is a Problem of severity warning."""
    language = language_of(path)
    if _PASSED_OVER.search(path) or len(text) > MAX_TEXT:
        return language, (), ()
    if language == "dotenv":
        return language, import_module("prodlint.facts.line_blocks").dotenv(path, text), ()
    room = next((room for pattern, room in _READERS if pattern.search(path)), "sign_blocks" if SHELL.match(text) else "")
    blocks, problems = import_module(f"prodlint.facts.{room}").read(path, text) if room else ((), ())
    return language, blocks, problems


def language_of(path: str) -> str:
    """The word for a file's language, by its name alone."""
    name = path.rpartition("/")[2]
    if DOTENV.search(path):
        return "dotenv"
    if "dockerfile" in name.lower() or name == "Containerfile":
        return "dockerfile"
    return _LANGUAGES.get(name.rpartition(".")[2].lower(), "text") if "." in name else "text"


def broken(path: str, line: int, why: str) -> tuple[Problem, ...]:
    """The one problem of a file that could not be parsed."""
    return (Problem(path, max(line, 1), f"could not be parsed: {why}", "warning", unread=(path,)),)
