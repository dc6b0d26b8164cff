"""Documents (Markdown, reStructuredText, AsciiDoc) as sections: a heading and what stands below it up to the next.

Knows: headings, fenced and indented code, links, numbered lists. Does not know: what a document is for.
"""

from __future__ import annotations

from prodlint import regex as re
from prodlint.model import Block, Entry, Problem

MAX_TEXT = 400_000
MAX_COMMANDS = 400  # of one section
_HEADING = re.compile(r"^(#{1,6}|={1,6})\s+(.*?)\s*#*\s*$")
_FENCE = re.compile(r"^\s*(`{3,}|~{3,})\s*([\w+-]*)")
_UNDERLINE = re.compile(r"^([=\-~^\"'*+#])\1{2,}\s*$")
_LINK = re.compile(r"\[([^\]\n]*)\]\(\s*<?([^)\s>]+)>?[^)\n]*\)|^\s*\[[^\]\n]+\]:\s*(\S+)|`[^`<\n]*<([^>\n]+)>`__?")
_STEP = re.compile(r"^\s*(?:\d+[.)]|#\.)\s+\S")
_BULLET = re.compile(r"^\s*[-*+]\s+\S")
_INLINE = re.compile(r"(?<!`)`([^`\n]{2,120})`(?!`)")
_SHELL = frozenset({"", "bash", "sh", "shell", "console", "zsh", "terminal", "shellsession", "cmd", "powershell", "ps1", "text", "none"})


def read(path: str, text: str) -> tuple[tuple[Block, ...], tuple[Problem, ...]]:
    """Blocks of kind "section", name: the heading ("" before the first). Entries: "level", "command" (a line of a shell block), "code" (the
    language of another), "link", "inline" (code within a line), "step" and "bullet" (list items), "text" (a line of prose)."""
    if len(text) > MAX_TEXT:
        text = text[:MAX_TEXT]
    reader = _Reader(path.endswith((".rst", ".txt")))
    lines = text.splitlines()
    start = 0
    if lines and lines[0].strip() == "---":  # front matter
        end = next((number for number, line in enumerate(lines[1:200], 1) if line.strip() in ("---", "...")), 0)
        start = end + 1 if end else 0
    for number in range(start, len(lines)):
        reader.line(number + 1, lines[number], lines[number + 1] if number + 1 < len(lines) else "")
    reader.close(len(lines))
    return tuple(reader.blocks), ()


class _Reader:
    """Line by line; `fence` is the sign that ends the open code block."""

    def __init__(self, indented: bool) -> None:
        self.blocks: list[Block] = []
        self.entries: list[Entry] = []
        self.name, self.start, self.level = "", 1, 0
        self.fence, self.shell = "", False
        self.indented = indented  # reStructuredText: code follows "::" or a directive, indented
        self.literal = False

    def close(self, last: int) -> None:
        if self.name or self.entries:
            level = Entry("level", str(self.level), "number", self.start)
            self.blocks.append(Block("section", self.name, self.start, max(last, self.start), (level, *self.entries)))

    def open(self, name: str, level: int, number: int) -> None:
        self.close(number - 1)
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)|[*_`]|<[^>]+>", lambda found: found.group(1) or "", name).strip()
        self.name, self.start, self.level, self.entries = plain, number, level, []

    def line(self, number: int, line: str, following: str) -> None:
        fence = _FENCE.match(line)
        if self.fence:
            if fence and fence.group(1).startswith(self.fence) and not fence.group(2):
                self.fence = ""
            elif self.shell:
                self.command(number, line)
            return
        if fence:
            self.fence, self.shell = fence.group(1), fence.group(2).lower() in _SHELL
            if not self.shell:
                self.add("code", fence.group(2), number)
            return
        heading = _HEADING.match(line)
        if heading:
            self.literal = False
            self.open(heading.group(2), len(heading.group(1)), number)
        elif line.strip() and not line[0].isspace() and _UNDERLINE.match(following) and len(following.strip()) >= min(len(line.strip()), 3):
            self.literal = False
            self.open(line.strip(), {"=": 1, "-": 2}.get(following[0], 3), number)
        elif not _UNDERLINE.match(line):
            self.prose(number, line)

    def prose(self, number: int, line: str) -> None:
        if self.indented and (line.rstrip().endswith("::")):
            self.literal = not re.match(r"\s*\.\.\s+(?!code|sourcecode|parsed|prompt|code-block)", line)
            return
        if line.startswith(("    ", "\t", "   ")) and line.strip() and (self.literal or (line.startswith(("    ", "\t")) and self.after_blank())):
            self.command(number, line)
            return
        if line.strip() and not line[0].isspace():
            self.literal = False
        for found in _LINK.finditer(line):
            self.add("link", found.group(2) or found.group(3) or found.group(4), number)
        for found in _INLINE.finditer(line):
            self.add("inline", found.group(1), number)
        if not line.strip():
            self.add("blank", "", number)
        elif _STEP.match(line):
            self.add("step", line.strip()[:200], number)
        elif _BULLET.match(line):
            self.add("bullet", line.strip()[:200], number)
        else:
            self.add("text", line.strip()[:200], number)

    def after_blank(self) -> bool:
        """An indented line is code where a blank line or code stands before it, not below a list item."""
        last = self.entries[-1].key if self.entries else "blank"
        before = next((entry.key for entry in reversed(self.entries) if entry.key not in ("blank", "command")), "")
        return last in ("blank", "command") and before not in ("bullet", "step")

    def command(self, number: int, line: str) -> None:
        bare = re.sub(r"^\s*(?:[$>%]|\S*[$#])\s+", "", line).strip() if re.match(r"^\s*(?:[$>%]|[\w@:~/-]*\$)\s", line) else line.strip()
        if bare and not bare.startswith("#"):
            self.add("command", bare[:300], number)

    def add(self, key: str, value: str, number: int) -> None:
        if key == "blank" and self.entries and self.entries[-1].key == "blank":
            return
        if len(self.entries) < MAX_COMMANDS:
            self.entries.append(Entry(key, value, "string", number))
