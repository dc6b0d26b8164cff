"""What rules ask about releases: what is started, where migrations run, what is lenient in production, what comes back from a copy. A mixin.

Knows: which blocks each part reads. Does not know: the answers' worth.
"""

from __future__ import annotations

import re
from functools import cached_property

from prodlint.declared import ConfigurationQuestions
from prodlint.model import Fact, Span
from prodlint.names import Names
from prodlint.operations import leniency, order, serving
from prodlint.operations.commands import Commands
from prodlint.operations.delivery import Delivery
from prodlint.operations.documents import Documents

_PLATFORMS = ("fly", "render", "railway", "kamal", "app-yaml", "apprunner", "procfile", "k8s/Deployment", "copilot", "ecs-task", "beanstalk")
_RESTORES = re.compile(r"(?:^|/)[\w.-]*restor\w*[\w.-]*\.(?:sh|bash|py|rb|ya?ml|md)$|(?:^|/)(?:scripts?|bin|tools)/[\w-]*restore[\w-]*$", re.I)


class ReleaseQuestions(ConfigurationQuestions):
    """Expects `commands`, `delivery`, `documents`, `names` of the mixins around it."""

    commands: Commands
    delivery: Delivery
    documents: Documents
    names: Names

    @cached_property
    def _started(self) -> tuple[serving.Start, ...]:
        return tuple(serving.starts(self.blocks(*serving.KINDS)))

    def is_deployed(self) -> bool:
        """Does a pipeline or a platform's file bring the app somewhere?"""
        active = any(each.live and each.target != "Supabase" for each in self.delivery.deploys)
        return active or bool(self.blocks(*_PLATFORMS))

    def migration_file(self) -> Span | None:
        """The first migration of a database's schema, outside Supabase's folder (its platform may run those)."""
        found = (path for path in self.paths(*order.FOLDERS) if not self.is_aside(path) and "supabase/" not in path and "__init__" not in path)
        return next((Span(path, 1) for path in found), None)

    @cached_property
    def _migrating(self) -> tuple[order.Migrating, ...]:
        return tuple(order.migrating(self.delivery, self.blocks(*order.RELEASES), self._started, self.commands))

    def migrating(self) -> tuple[order.Migrating, ...]:
        """Where migrations are applied, the best place first."""
        return self._migrating

    def turns(self) -> tuple[order.Turn, ...]:
        """How deploys wait for one another."""
        return tuple(order.turns(self.delivery, self.blocks("workflow", "gitlab"), self.blocks("workflow-job", "gitlab-job")))

    def lenient(self) -> list[leniency.Lenient]:
        """What makes production run as on a developer's machine."""
        deployed = self.is_deployed()
        code = leniency.lenient_settings(self.names, deployed) if any(facts.module is not None for facts in self.files.values()) else ()
        servers = leniency.lenient_servers(self._started, self.commands, deployed)
        found = {(each.at, each.words): each for each in (*code, *leniency.lenient_variables(self.blocks(*leniency.KINDS)), *servers)}
        return sorted(found.values(), key=lambda each: (not each.certain, each.at.path, each.at.line, each.words))

    def settled_over(self, path: str, name: str) -> Span | None:
        """Where a setting of that module gets a value of the environment in every module that stands over it and is not for development; None where
        one of them, or the module itself, could serve with what is written there."""
        over = self._over.get(path, [])
        if not over or any(name not in fact.data for _, fact in over) or self._runs_with(path):
            return None
        at, fact = over[0]
        return Span(at.path, int(fact.data[name]))

    @cached_property
    def _over(self) -> dict[str, list[tuple[Span, Fact]]]:
        """Module of settings -> those that stand over it and are not for development."""
        out: dict[str, list[tuple[Span, Fact]]] = {}
        for at, fact in self.facts("settings-over"):
            if not serving.DEVELOPMENT.search(at.path):
                out.setdefault(self._taken_over(at.path, fact.name), []).append((at, fact))
        return out

    def _taken_over(self, importer: str, module: str) -> str:
        """The file that `from module import *` means there; leading dots are the folders around it."""
        bare = module.lstrip(".")
        if bare == module:
            asking = self.names.modules.get(importer)
            found = self.names.find_module(module, asking) if asking is not None else None
            return found.path if found is not None else ""
        folders = importer.split("/")[: len(bare) - len(module)]
        stem = "/".join([*folders, *bare.split(".")] if bare else folders)
        return next((path for path in (f"{stem}.py", f"{stem}/__init__.py") if path in self.files), "")

    def _runs_with(self, path: str) -> bool:
        """Does a program, a command or a variable where the app serves name this module of settings?"""
        parts = path.removesuffix(".py").removesuffix("/__init__").split("/")
        module = self.names.modules.get(path)
        known = {".".join(parts[start:]) for start in range(max(1, len(parts) - 1))} | ({module.dotted} if module is not None else set())
        if any(fact.name in known for _, fact in self.facts("settings-named")):
            return True
        word = re.compile(rf"(?<![\w.])(?:{'|'.join(re.escape(each) for each in sorted(known))})(?![\w.])")
        if any(word.search(each.command) for each in self._started):
            return True
        blocks = (block for block in self.blocks(*serving.KINDS, "k8s/ConfigMap") if not serving.DEVELOPMENT.search(block.path))
        entries = (entry for block in blocks for entry in block.entries)
        return any("SETTINGS_MODULE" in entry.key + entry.value and word.search(entry.value) for entry in entries)

    def serving(self) -> tuple[serving.Start, ...]:
        """The commands that start the app where it serves."""
        return tuple(each for each in self._started if each.production)

    def restores(self) -> Span | None:
        """What says or does how data comes back from a copy: a part of a document, a script."""
        part = self.documents.restoring()
        if part is not None:
            return part.at
        script = next((path for path in self.files if _RESTORES.search(path) and not self.is_aside(path)), None)
        if script is not None:
            return Span(script, 1)
        return next((at for at, _, _ in self.signs("restore")), None)
