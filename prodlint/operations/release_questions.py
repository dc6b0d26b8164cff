"""What rules ask about releases: what is started, where migrations run, what is lenient in production, what comes back from a copy. A mixin.

Knows: which blocks each part reads. Does not know: the answers' worth.
"""

from __future__ import annotations

from functools import cached_property

from prodlint import regex as re
from prodlint.declared import ConfigurationQuestions
from prodlint.model import Span
from prodlint.names import Names
from prodlint.operations import leniency, order, serving, settings_modules, symfony_defaults
from prodlint.operations.commands import Commands
from prodlint.operations.delivery import Delivery
from prodlint.operations.documents import Documents
from prodlint.operations.settings_modules import SettingsModules

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
        return self._settings_modules.replaced(path, name)

    def symfony_defaults(self, path: str, name: str = "") -> bool:
        """Is it Symfony's `.env`, which belongs in the repository; with a name: one whose value a recipe drew, for development?"""
        return symfony_defaults.drawn(path, name, self.files) if name else symfony_defaults.is_defaults(path, self.files)

    @cached_property
    def _settings_modules(self) -> SettingsModules:
        blocks = self.blocks(*settings_modules.KINDS)
        return SettingsModules(self.facts("settings-over"), self.facts("settings-named"), blocks, self.documents, self.names)

    def serving(self) -> tuple[serving.Start, ...]:
        """The commands that start the app where it serves."""
        return tuple(each for each in self._started if each.production)

    def restores(self) -> Span | None:
        """What says or does how data comes back from a copy: a part of a document, a script."""
        part = self.documents.restoring()
        if part is not None:
            return part.at
        script = next((path for path in self.files if _RESTORES.search(path) and "migrations/" not in path and not self.is_aside(path)), None)
        if script is not None:
            return Span(script, 1)
        return next((at for at, _, _ in self.signs("restore")), None)
