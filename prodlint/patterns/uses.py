"""What the routers of one file of JavaScript are told to `use` before their routes.

Knows: `router.use(guard)`, `router.use("/path", guard)`, routers of the file that mount others of it. Does not know: routers of other files
(`mounts.py`); what is told to `use` something only later.
"""

from __future__ import annotations

from prodlint import regex as re

_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_MAKES = re.compile(
    r"\b(?:const|let|var)\s+(\w+)(?:\s*:[^=\n]{1,80})?\s*=\s*(?:new\s+)?(?:\w+\.)?(?:(\w*(?:Router|Hono))|express|[fF]astify)\s*(?:<[^;\n]{0,200}?>)?\s*\("
)
_USE = re.compile(r"\b(\w+)\s*\.use\(([^;\n]*)")
_CALLED_ROUTER = re.compile(r"\w*[rR]outer")
_ROUTERS = re.compile(r"\b\w*[rR]out(?:er|es?)s?\b(?!\s*\()")
_FIRST_TEXT = re.compile(r"\s*['\"`]([^'\"`\n]*)['\"`]\s*,")
MAX_STEPS = 4  # routers that mount routers


class Uses:
    """`of(router, route)`: what the routers of a file are told to `use` before their routes."""

    def __init__(self, text: str) -> None:
        made = {name: bool(router) for name, router in _MAKES.findall(text)} if ".use(" in text else {}
        # what a whole app uses is everything that it consists of
        self.uses = [pair for pair in _USE.findall(text) if made.get(pair[0], _CALLED_ROUTER.fullmatch(pair[0]) is not None)]
        self.known = {*made, *(name for name, _ in self.uses)}

    def of(self, router: str, route: str) -> str:
        """Everything, where it is not told which router it is."""
        if router not in self.known:
            return " ".join(_ROUTERS.sub("", used) for _, used in self.uses)
        on = {router}
        for _ in range(MAX_STEPS):  # routers that mount it
            on |= {name for name, used in self.uses if on & set(_NAME.findall(used))}
        return " ".join(_ROUTERS.sub("", used) for name, used in self.uses if name in on and _is_on(used, on, route if name == router else ""))


def _is_on(used: str, on: set[str], route: str) -> bool:
    """Is something used for a route: for all, for a path before it, or for a router that holds it?"""
    said = _FIRST_TEXT.match(used)
    path = re.split(r"[*:]", said.group(1))[0].rstrip("/") if said is not None else ""
    return not path or f"{route}/".startswith(f"{path}/") or bool(on & set(_NAME.findall(used[said.end() :] if said is not None else used)))
