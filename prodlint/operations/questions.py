"""What rules ask about operations: a mixin of Project.

Knows: which blocks each part reads. Does not know: the answers' worth.
"""

from __future__ import annotations

import re
from functools import cached_property
from posixpath import dirname

from prodlint.declared import ConfigurationQuestions, Declared, Section
from prodlint.model import Span
from prodlint.operations import github, gitlab, hosted
from prodlint.operations.commands import Commands, deploys_to, lenient, runs_tests
from prodlint.operations.delivery import Delivery, short
from prodlint.operations.environments import Environment, environments
from prodlint.operations.rollout import BLOCKS, WORKLOADS, Rollout, rollouts
from prodlint.operations.workloads import Workload, workloads

CODE = frozenset({"python", "javascript", "typescript", "go", "ruby", "php", "java", "kotlin", "csharp"})


class OperationsQuestions(ConfigurationQuestions):
    """Mixin of Project, on top of the questions about configuration."""

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

    def workloads(self) -> list[Workload]:
        """Workloads of Kubernetes with containers."""
        return list(workloads(self.blocks(*WORKLOADS), self.blocks("k8s/Service")))

    def required_checks(self) -> Declared | None:
        """A rule of a branch, as code, that requires the checks of pipelines."""
        for block in self.blocks("github_branch_protection", "github_branch_protection_v3", "github_repository_ruleset"):
            if block.texts("required_status_checks.contexts") or block.has("rules.required_status_checks.required_check"):
                return block
        return next((b for b in self.blocks("gitlab_project") if b.flag("only_allow_merge_if_pipeline_succeeds")), None)

    # ------------------------------------------------------------ tests and deploys outside pipelines
    def tests_in_builds(self) -> list[tuple[Span, str]]:
        """Test commands that a platform runs at every deploy: in build commands, image builds, Heroku CI."""
        out: list[tuple[Span, str]] = []
        forms = {
            "netlify": r"build\.command",
            "vercel": r"buildCommand",
            "render": r"services\.\d+\.(?:buildCommand|preDeployCommand)",
            "railway": r"build\.buildCommand",
            "heroku-app": r"environments\.test\.scripts\.test",
            "dockerfile": r"RUN",
        }
        for block in self.blocks(*forms):
            for entry in block.entries:
                if re.fullmatch(forms[block.kind], entry.key):
                    behind = self.commands.expanded(entry.value, dirname(block.path))
                    if any(runs_tests(command) and not lenient(command) for command in behind):
                        out.append((Span(block.path, entry.line), entry.value))
        for package in self.commands.packages.values():
            script = package.text("scripts.vercel-build") or package.text("scripts.heroku-postbuild") or ""
            if script and any(runs_tests(command) for command in self.commands.expanded(script, dirname(package.path))):
                out.append((package.where("scripts"), script))
        return out

    def manual_deploys(self) -> list[tuple[Span, str]]:
        """Commands that deploy, in scripts and documents: by hand, as far as no pipeline runs them."""
        out = [
            (Span(block.path, entry.line), entry.value)
            for block in self.blocks("script", "make-target")
            for entry in block.entries
            if entry.key in ("line", "run") and deploys_to(entry.value)
        ]
        for section in self.sections():
            if re.search(r"deploy|release|production|hosting|server|update|upgrade", f"{section.heading} {section.path}", re.I):
                out += [(at, text) for at, text in section.said("command") if deploys_to(text) or re.match(r"(?:ssh\s+\S+@\S+|git pull\b)", text)]
        return out

    def first_code(self) -> Span | None:
        """Where a repository's code is announced: its manifest, else its first source file; None where there is none."""
        names = ("package.json", "pyproject.toml", "requirements.txt", "go.mod", "Gemfile", "composer.json", "pom.xml", "build.gradle", "Cargo.toml")
        code = [path for path, facts in self.files.items() if facts.language in CODE and not self.is_aside(path)]
        if not code:
            return None
        manifests = sorted((path for path in self.files if path.rpartition("/")[2] in names), key=lambda path: (path.count("/"), path))
        return Span(manifests[0] if manifests else code[0], 1)

    @staticmethod
    def shortened(text: str) -> str:
        """A command on one line, cut where it is long."""
        return short(text)

    def rollback_guide(self) -> Section | None:
        """The section of a document that says how a release is undone."""
        return None
