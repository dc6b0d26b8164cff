"""What the routers of one file of JavaScript are told to `use` before their routes.

Knows: `router.use(guard)`, `router.use("/path", guard)`, routers of the file that mount others of it. Does not know: routers of other files
(`mounts.py`); the order of the text, which `later` tells (`stood.py`).
"""

from __future__ import annotations

from prodlint import regex as re

_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_MAKES = re.compile(
    r"\b(?:const|let|var)\s+(\w+)(?:\s*:[^=\n]{1,80})?\s*=\s*(?:new\s+)?(?:\w+\.)?(?:(\w*(?:Router|Hono))|express|[fF]astify)\s*(?:<[^()=]{0,300}?>)?\s*\("
)
# what stands on one line, or on several where no function is written there
_USE = re.compile(r"\b(\w+)\s*\.use\(([ \t]*\n(?:[^(){};]|\((?:[^(){};]|\([^(){};]*\))*\)){1,400}(?=\))|[^;\n]*)")
_CALLED_ROUTER = re.compile(r"\w*[rR]outer")
_ROUTERS = re.compile(r"\b\w*[rR]out(?:er|es?)s?\b(?!\s*\()")
_FIRST_TEXT = re.compile(r"\s*['\"`]([^'\"`\n]*)['\"`]\s*,")
MAX_STEPS = 4  # routers that mount routers


class Uses:
    """`of(router, route)`: what the routers of a file are told to `use` before their routes."""

    def __init__(self, text: str) -> None:
        made = {name: bool(router) for name, router in _MAKES.findall(text)} if ".use(" in text else {}
        # what a whole app uses is everything that it consists of
        found = [(each.group(1), each.group(2), each.start(2) - 1) for each in _USE.finditer(text)]
        self.uses = [each for each in found if made.get(each[0], _CALLED_ROUTER.fullmatch(each[0]) is not None)]
        self.routers = {name for name, _, _ in self.uses}
        self.known = {*made, *self.routers}

    def knows(self, router: str) -> bool:
        """Is what this router is told to use read here? Of a whole app it is not."""
        return router not in self.known or router in self.routers

    def of(self, router: str, route: str, later: frozenset[int] = frozenset()) -> str:
        """Everything, where it is not told which router it is. later: the brackets of what is used only after the route."""
        uses = [(name, used) for name, used, at in self.uses if at not in later]
        if router not in self.known:
            return " ".join(_ROUTERS.sub("", used) for _, used in uses)
        on = {router}
        for _ in range(MAX_STEPS):  # routers that mount it
            on |= {name for name, used, _ in self.uses if on & set(_NAME.findall(used))}
        return " ".join(_ROUTERS.sub("", used) for name, used in uses if name in on and _is_on(used, on, route if name == router else ""))


def _is_on(used: str, on: set[str], route: str) -> bool:
    """Is something used for a route: for all, for a path before it, or for a router that holds it?"""
    said = _FIRST_TEXT.match(used)
    path = re.split(r"[*:]", said.group(1))[0].rstrip("/") if said is not None else ""
    return not path or f"{route}/".startswith(f"{path}/") or bool(on & set(_NAME.findall(used[said.end() :] if said is not None else used)))
