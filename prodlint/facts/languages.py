"""Which files hold code of which language for semgrep, and what of them it can read.

Knows: extensions (also `.mts`, `.cts`), script blocks of Vue, Svelte and Astro components, generated one-line files. Does not know: rules,
the engine.

What is not script in a component is blanked with its line ends kept, so that lines and columns of the script stay what they are.
"""

from __future__ import annotations

from collections.abc import Collection

from prodlint import regex as re

# extension -> (language as rules name it, extension under which the engine reads it)
READ_AS = {
    ".js": ("javascript", ".js"),
    ".jsx": ("javascript", ".jsx"),
    ".mjs": ("javascript", ".js"),
    ".cjs": ("javascript", ".js"),
    ".ts": ("typescript", ".ts"),
    ".tsx": ("typescript", ".tsx"),
    ".mts": ("typescript", ".ts"),
    ".cts": ("typescript", ".ts"),
    ".vue": ("typescript", ".ts"),
    ".svelte": ("typescript", ".ts"),
    ".astro": ("typescript", ".ts"),
    ".go": ("go", ".go"),
    ".rb": ("ruby", ".rb"),
    ".rake": ("ruby", ".rb"),
    ".php": ("php", ".php"),
    ".java": ("java", ".java"),
    ".kt": ("kotlin", ".kt"),
    ".kts": ("kotlin", ".kts"),
    ".cs": ("csharp", ".cs"),
}
TITLES = {
    "javascript": "JavaScript",
    "typescript": "TypeScript",
    "go": "Go",
    "ruby": "Ruby",
    "php": "PHP",
    "java": "Java",
    "kotlin": "Kotlin",
    "csharp": "C#",
}
_ALIASES = {"js": "javascript", "ts": "typescript", "golang": "go", "kt": "kotlin", "c#": "csharp", "rb": "ruby"}
_COMPONENTS = (".vue", ".svelte", ".astro")
_SCRIPT = re.compile(r"<script\b[^>]*>(.*?)</script\s*>", re.S | re.I)
_FRONT = re.compile(r"\A\s*---[^\n]*\n(.*?)^---", re.S | re.M)
_NOT_END = re.compile(r"[^\r\n]")
MAX_BYTES = 1_000_000
LONG_LINE = 20_000


def extension(path: str) -> str:
    """The extension in lower case, "" for a file without one. A Blade template is no PHP file that the engine could read."""
    name = path.rsplit("/", 1)[-1]
    dot = name.rfind(".")
    return "" if dot < 1 or name.endswith(".blade.php") else name[dot:].lower()


def language(path: str) -> str:
    """The language of a file as rules name it; "" for one that semgrep rules do not read."""
    return READ_AS.get(extension(path), ("", ""))[0]


def spoken(names: Collection[str]) -> frozenset[str]:
    """The languages of a rule: names as semgrep takes them -> names of files. A JavaScript rule also reads TypeScript."""
    out = {_ALIASES.get(name.lower(), name.lower()) for name in names}
    return frozenset(out | {"typescript"} if "javascript" in out else out)


def readable(path: str, data: bytes) -> tuple[bytes, str]:
    """(what the engine is given, why it is given nothing): the second is "" where the file can be read."""
    if len(data) > MAX_BYTES:
        return b"", f"larger than {MAX_BYTES // 1_000_000} MB"
    if max(map(len, data.split(b"\n"))) > LONG_LINE:
        return b"", f"a line longer than {LONG_LINE:,} characters"
    if extension(path) not in _COMPONENTS:
        return data, ""
    text = data.decode("utf-8", "replace")
    return _only_script(text, path).encode(), ""


def _only_script(text: str, path: str) -> str:
    spans = [match.span(1) for match in _SCRIPT.finditer(text)]
    if path.lower().endswith(".astro") and (front := _FRONT.match(text)):
        spans = [front.span(1), *(span for span in spans if span[0] >= front.end())]
    out, end = [], 0
    for first, last in spans:
        out += [_NOT_END.sub(" ", text[end:first]), text[first:last]]
        end = last
    return "".join([*out, _NOT_END.sub(" ", text[end:])])
