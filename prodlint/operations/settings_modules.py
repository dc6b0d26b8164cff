"""Which module of settings production runs, and whether what is written in another one can serve there.

Knows: modules that stand over others (`from .base import *`); what programs name, firmly or as a default; what files of deploys, and else the
documents about them, name instead. Does not know: what a person sets on the machine or the platform.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from prodlint import regex as re
from prodlint.declared import Declared
from prodlint.model import Fact, Span
from prodlint.names import Names
from prodlint.operations.documents import Documents
from prodlint.operations.serving import DEVELOPMENT, PRODUCTION, variables

KINDS = (
    "procfile", "dockerfile", "compose-service", "fly", "render", "railway", "kamal", "app-yaml", "apprunner", "serverless", "heroku-app", "ecs-task",
    "k8s/Deployment", "k8s/StatefulSet", "k8s/Rollout", "k8s/ConfigMap", "aws_ecs_task_definition", "google_cloud_run_v2_service",
    "google_cloud_run_service", "dotenv",
)  # fmt: skip
_ASKED = re.compile(r"(?:\bDJANGO_SETTINGS_MODULE[\"']?\s?[=: ]\s?|--settings(?:[= ]|\",\s?))[\"']?([A-Za-z_][\w.]*)")
_STARTED = re.compile(r"\b(?:gunicorn|uvicorn|uwsgi|daphne|hypercorn|waitress-serve|celery|manage\.py|django-admin)\b")
_MODULE = re.compile(r"[A-Za-z_]\w*(?:\.\w+)+")


class SettingsModules:
    """Asked for one setting of one module. over, named: the facts of both kinds with their places."""

    def __init__(
        self, over: Iterable[tuple[Span, Fact]], named: Iterable[tuple[Span, Fact]], blocks: Iterable[Declared], documents: Documents, names: Names
    ) -> None:
        self._facts, self._named, self._blocks = tuple(over), tuple(named), tuple(blocks)
        self._documents, self._names = documents, names

    def replaced(self, path: str, name: str) -> Span | None:
        """Where a setting of that module gets a value of the environment in every module that production may run; None where what is written in
        the module itself could serve."""
        above = self._above(path)
        if not above:
            return None
        places = {module: self._place(module, path, name) for module in above}
        chosen = self._chosen(path, above)
        if chosen is None:
            return None
        found = [places.get(module) for module in chosen or sorted(above)]
        return found[0] if None not in found else None

    def _chosen(self, path: str, above: set[str]) -> set[str] | None:
        """Of the modules over this one those that something names for production; none where nothing does; None where this one is named."""
        related = above | {path}
        said = self._related(self._asked, related)
        firm = self._related([fact.name for at, fact in self._programs if not fact.data.get("default")], related)
        if said or firm:
            return None if path in said | firm or (self._silent and path in self._defaults(related)) else said | firm
        told = self._related(self._told, related)
        if told:
            return None if path in told else told
        defaults = self._defaults(related)
        return None if path in defaults else set()

    def _related(self, asked: Iterable[str], related: set[str]) -> set[str]:
        return {path for path in related if not self._known(path).isdisjoint(asked)}

    def _defaults(self, related: set[str]) -> set[str]:
        """What serves where nothing says otherwise: manage.py is for people where a server's own file names a module."""
        every = [(at.path.rpartition("/")[2], fact.name) for at, fact in self._programs if fact.data.get("default")]
        servers = [name for file, name in every if file != "manage.py" and self._related([name], related)]
        return self._related(servers or [name for _, name in every], related)

    @cached_property
    def _programs(self) -> list[tuple[Span, Fact]]:
        return [(at, fact) for at, fact in self._named if not DEVELOPMENT.search(at.path)]

    # ------------------------------------------------------------ what stands over what
    @cached_property
    def _over(self) -> dict[str, list[tuple[Span, Fact]]]:
        """Module of settings -> those that take it over whole and are not for development."""
        out: dict[str, list[tuple[Span, Fact]]] = {}
        for at, fact in self._facts:
            if not DEVELOPMENT.search(at.path):
                out.setdefault(self._taken_over(at.path, fact.name), []).append((at, fact))
        return out

    def _taken_over(self, importer: str, module: str) -> str:
        """The file that `from module import *` means there; leading dots are the folders around it."""
        bare = module.lstrip(".")
        if bare == module:
            asking = self._names.modules.get(importer)
            found = self._names.find_module(module, asking) if asking is not None else None
            return found.path if found is not None else ""
        folders = importer.split("/")[: len(bare) - len(module)]
        stem = "/".join([*folders, *bare.split(".")] if bare else folders)
        return next((path for path in (f"{stem}.py", f"{stem}/__init__.py") if path in self._names.modules), "")

    def _above(self, path: str) -> set[str]:
        """Every module that takes this one over, itself or through others."""
        out: set[str] = set()
        waiting = [path]
        while waiting:
            for at, _ in self._over.get(waiting.pop(), ()):
                if at.path not in out and at.path != path:
                    out.add(at.path)
                    waiting.append(at.path)
        return out

    def _place(self, module: str, path: str, name: str) -> Span | None:
        """Where the environment's value replaces the one of `path` for who runs `module`, itself or by what it takes over on every way."""
        reached, waiting, found = {path}, [path], {}
        while waiting:
            below = waiting.pop()
            for at, fact in self._over.get(below, ()):
                if name in fact.data:
                    found[at.path] = Span(at.path, int(fact.data[name]))
                elif at.path not in reached:  # what is written below reaches this one
                    reached.add(at.path)
                    waiting.append(at.path)
        if module in reached or not found:
            return None
        return found.get(module) or found[min(found)]

    def _known(self, path: str) -> set[str]:
        """The dotted names that mean this file."""
        parts = path.removesuffix(".py").removesuffix("/__init__").split("/")
        module = self._names.modules.get(path)
        return {".".join(parts[start:]) for start in range(max(1, len(parts) - 1))} | ({module.dotted} if module is not None else set())

    # ------------------------------------------------------------ what is named for production
    @cached_property
    def _asked(self) -> tuple[str, ...]:
        """Modules that files of deploys name."""
        return tuple(name for block in self._deployed for name in _named_in(block))

    @cached_property
    def _deployed(self) -> list[Declared]:
        served = [block for block in self._blocks if not DEVELOPMENT.search(block.path)]
        return [block for block in served if block.kind != "dotenv" or PRODUCTION.search(block.path)]

    @cached_property
    def _silent(self) -> bool:
        """Is there a process whose line names no module, beside one whose line does?"""
        for block in self._deployed:
            if block.kind == "procfile":
                lines = [entry.value for entry in block.entries if _STARTED.search(entry.value)]
                if len({_ASKED.search(line) is None for line in lines}) > 1:
                    return True
        return False

    @cached_property
    def _told(self) -> tuple[str, ...]:
        """Modules that a document about deploys names in a line, or a step, that speaks of the variable."""
        by_line: dict[tuple[str, int], list[str]] = {}
        for part in self._documents.ship():
            for at, text in part.said("inline", "command", "text", "step", "bullet", "code"):
                by_line.setdefault((at.path, at.line), []).append(text)
        lines = (" ".join(texts) for texts in by_line.values())
        return tuple(name for line in lines if "DJANGO_SETTINGS_MODULE" in line for name in _MODULE.findall(line))


def _named_in(block: Declared) -> Iterator[str]:
    yield from (value for _, name, value in variables(block) if name == "DJANGO_SETTINGS_MODULE")
    for entry in block.entries:
        if entry.key != "RUN":  # what builds an image does not serve
            yield from _ASKED.findall(f"{entry.key.rpartition('.')[2]}={entry.value}" if block.kind != "procfile" else entry.value)
