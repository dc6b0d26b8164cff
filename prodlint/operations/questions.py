"""What rules ask about operations: a mixin of Project.

Knows: which blocks each part reads. Does not know: the answers' worth.
"""

from __future__ import annotations

from functools import cached_property

from prodlint.declared import Declared
from prodlint.operations import github, gitlab, hosted
from prodlint.operations.commands import Commands
from prodlint.operations.delivery import Delivery
from prodlint.operations.environments import Environment, environments
from prodlint.operations.rollout import BLOCKS, Rollout, rollouts


class OperationsQuestions:
    """Mixin of Project; expects the questions about configuration."""

    @cached_property
    def commands(self) -> Commands:
        """Commands and what stands behind them: make targets, package scripts, shell scripts, tox."""
        ini = [block for block in self.blocks("ini", "pyproject") if block.path.endswith(("tox.ini", "setup.cfg", "pyproject.toml"))]
        return Commands(self._even_tests("make-target"), self._even_tests("package"), self._even_tests("script"), ini)

    def _even_tests(self, kind: str) -> list[Declared]:
        """Blocks of a kind, those in folders of tests too: a pipeline may run a script that lies there."""
        return [
            Declared(path, block, self._settings)
            for path, facts in self.files.items()
            if facts.aside in ("", "test")
            for block in facts.blocks
            if block.kind == kind
        ]

    @cached_property
    def delivery(self) -> Delivery:
        """Pipelines, tests, deploys, and whether the tests stop a deploy."""
        found = [
            *github.pipelines(self.blocks("workflow"), self.blocks("workflow-job"), self.blocks("composite-action")),
            *gitlab.pipelines(self.blocks("gitlab"), self.blocks("gitlab-job")),
            *hosted.circleci(self.blocks("circleci")),
            *hosted.bitbucket(self.blocks("bitbucket")),
            *hosted.azure(self.blocks("azure-pipelines")),
            *hosted.flat(self.blocks("travis"), self.blocks("buildspec"), self.blocks("cloudbuild"), self.blocks("jenkins")),
        ]
        return Delivery(found, self.commands)

    @cached_property
    def _environments(self) -> tuple[Environment, ...]:
        kinds = ("railway", "netlify", "wrangler", "samconfig", "supabase", "firebaserc", "heroku-app", "render", "serverless", "copilot",
                 "helm-values", "beanstalk")  # fmt: skip
        paths = [path for path in self.files if not self.is_aside(path)]
        return tuple(environments(paths, self.blocks(*kinds), self.delivery))

    def environments(self) -> tuple[Environment, ...]:
        """The environments that the repository names, production first."""
        return self._environments

    @cached_property
    def _rollouts(self) -> tuple[Rollout, ...]:
        return tuple(rollouts(self.blocks(*BLOCKS), self.delivery))

    def rollouts(self) -> tuple[Rollout, ...]:
        """How a bad release is undone or kept from traffic."""
        return self._rollouts
