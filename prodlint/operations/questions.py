"""What rules ask about operations: a mixin of Project.

Knows: which blocks each part reads. Does not know: the answers' worth.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from posixpath import dirname

from prodlint import regex as re
from prodlint.declared import Declared
from prodlint.model import Span
from prodlint.names import Names
from prodlint.operations import github, gitlab, hosted
from prodlint.operations.commands import Commands, lenient, runs_tests
from prodlint.operations.copies import KINDS as COPYING
from prodlint.operations.copies import Copy, Own, brought_up, copies, own_databases
from prodlint.operations.delivery import Delivery, short
from prodlint.operations.documents import Documents, Part, parts
from prodlint.operations.environments import Environment, environments
from prodlint.operations.python_signs import python_signs
from prodlint.operations.release_questions import ReleaseQuestions
from prodlint.operations.rollout import BLOCKS, WORKLOADS, Rollout, rollouts
from prodlint.operations.targets import deploys_to
from prodlint.operations.variables import documented, elsewhere, required
from prodlint.operations.watching import ALERTS, ALWAYS_TOLD, RULES, SUBSCRIBERS, TOPICS, Alert, Sign, alerts, signs, silent_topics
from prodlint.operations.watching import KINDS as WATCHED
from prodlint.operations.workloads import Workload, workloads
from prodlint.routing.table import Table

_WITHIN_CODE = re.compile(r"(?:^|/)(?:src|lib|node_modules)/.*/|(?:^|/)(?:migrations|alembic)/|(?:[^/]*/){3}")  # Alembic writes a README of one line
RUNNING = (
    "aws_ecs_service", "aws_ecs_cluster", "aws_eks_cluster", "aws_instance", "aws_lambda_function", "aws_apprunner_service", "k8s/Deployment",
    "k8s/StatefulSet", "k8s/Rollout", "k8s/Application", "k8s/ApplicationSet", "k8s/HelmRelease", "google_container_cluster",
    "google_cloud_run_service", "google_cloud_run_v2_service", "azurerm_kubernetes_cluster", "azurerm_linux_web_app", "AWS::ECS::Service",
    "AWS::EKS::Cluster", "AWS::Lambda::Function", "digitalocean_kubernetes_cluster", "digitalocean_app",
)  # fmt: skip
# what a package that is built for browsers or phones depends on, and what one depends on that answers requests
SHOWS = ("react-dom", "react-scripts", "vue", "@angular/core", "svelte", "solid-js", "preact", "react-native", "expo")
ANSWERS = (
    "express", "fastify", "koa", "hono", "@nestjs/core", "next", "nuxt", "@sveltejs/kit", "@remix-run/node", "@react-router/node", "astro",
    "@hapi/hapi", "elysia", "apollo-server", "@apollo/server", "@trpc/server", "electron", "@tanstack/react-start", "@adonisjs/core", "restify",
)  # fmt: skip
CODE = frozenset({"python", "javascript", "typescript", "go", "ruby", "php", "java", "kotlin", "csharp"})


class OperationsQuestions(ReleaseQuestions):
    """Mixin of Project, on top of the questions about configuration; expects `names` and `table` of the questions about access."""

    names: Names
    table: Table

    @cached_property
    def commands(self) -> Commands:
        """Commands and what stands behind them: make targets, package scripts, shell scripts, tox."""
        ini = [block for block in self.blocks("ini", "pyproject") if block.path.endswith(("tox.ini", "setup.cfg", "pyproject.toml"))]
        services = self._even_tests("compose-service")
        return Commands(self._even_tests("make-target"), self._even_tests("package"), self._even_tests("script"), ini, services)

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
                 "helm-values", "beanstalk", "appspec")  # fmt: skip
        paths = [path for path in self.files if not self.is_aside(path)]
        return tuple(environments(paths, self.blocks(*kinds, "package", "make-target"), self.delivery))

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

    def first_infrastructure(self) -> Span | None:
        """Where infrastructure code declares something that runs apps."""
        return next((block.at for block in self.blocks(*RUNNING)), None)

    @staticmethod
    def shortened(text: str) -> str:
        """A command on one line, cut where it is long."""
        return short(text)

    # ------------------------------------------------------------ documents
    @cached_property
    def documents(self) -> Documents:
        """What the repository's documents tell the people who run it."""
        names: set[str] = {path.rpartition("/")[2] for path in self.files}
        folders = {folder for path in self.files for folder in _folders(path)}

        def exists(path: str) -> bool:
            return path.removeprefix("**/") in names if path.startswith("**/") else path in self.files or path in folders

        return Documents(parts(self.sections()), self.commands, exists)

    def rollback_guide(self) -> Part | None:
        """The part of a document that says how a release is undone."""
        return self.documents.back()

    def readme(self) -> str:
        """The path of the topmost README, "" where there is none, or only those of modules deep in the code."""
        return min(
            (path for path in self.files if path.rpartition("/")[2].lower().startswith("readme") and not _WITHIN_CODE.search(path)),
            key=lambda path: (path.count("/"), path),
            default="",
        )

    def required_variables(self) -> dict[str, Span]:
        """Environment variables that Python code reads without a default, with the first place."""
        return required(self.names) if any(facts.module is not None for facts in self.files.values()) else {}

    def bare_variables(self) -> dict[str, Span]:
        """Environment variables that code in other languages reads with no fallback anywhere, with the first place."""
        return elsewhere(self.signs("env", "env-optional"))

    def documented_variables(self) -> set[str]:
        """Names of variables that an example file, a document or a platform file has; empty where no example file and no document lists any."""
        listed = self.blocks("dotenv")
        told = documented(listed, self.sections())
        kinds = (
            "dockerfile",
            "compose-service",
            "compose",
            "render",
            "fly",
            "app-yaml",
            "heroku-app",
            "workflow",
            "workflow-job",
            "ecs-task",
            "kamal",
            "serverless",
        )
        return told | documented(self.blocks(*kinds), ()) if told else set()

    def is_there(self, path: str) -> bool:
        """Is there a file or folder of this path, or could there be one that is not examined (a picture, what git ignores)?"""
        return path in self.files or any(other.startswith(f"{path}/") for other in self.files)

    # ------------------------------------------------------------ watching
    @cached_property
    def _watching(self) -> tuple[Sign, ...]:
        code = python_signs(self.names) if any(facts.module is not None for facts in self.files.values()) else ()
        lines = self.signs("error-tracking", "structured-logs", "chat-alert", "metrics", "health-route")
        paths = [path for path in self.files if not self.is_aside(path)]
        return tuple(signs(code, lines, self.blocks(*WATCHED), paths))

    def watching(self, *sorts: str) -> list[Sign]:
        """Signs that the app is watched: "tracker", "logs", "metrics", "health", "probe"; weaker: "plain-logs", "logger", "chat", "dependency"."""
        return [sign for sign in self._watching if sign.sort in sorts]

    def alerts(self) -> list[Alert]:
        """Rules that would tell somebody, as code."""
        receivers = any(
            entry.key.startswith(("receivers.", "contactPoints.")) and entry.key.count(".") > 2
            for block in self.blocks("monitoring", "alert-rules", "k8s/AlertmanagerConfig", "k8s/Secret")
            for entry in block.entries
        )
        silent = silent_topics(self.blocks(*TOPICS), self.blocks(*SUBSCRIBERS))
        return alerts(self.blocks(*ALERTS, *ALWAYS_TOLD, *RULES), receivers, silent)

    def health_routes(self) -> list[tuple[Span, str]]:
        """Routes that say whether the app is well: (place, path)."""
        form = re.compile(
            r"(?:^|/)_?(?:health|healthz|healthcheck|health[-_]check|livez|readyz|liveness|readiness)(?:/(?:live|ready|liveness|readiness|startup))?/?$"
            r"|^/?(?:api/)?(?:v\d+/)?_?(?:ready|live|ping|up|status|heartbeat|alive)/?$", re.I,
        )  # fmt: skip
        out = [(Span(each.file, each.line), each.path) for each in self.table.endpoints if form.search(each.path.rstrip("$").replace("\\", ""))]
        return out + [(sign.at, sign.words) for sign in self.watching("health")]

    def last_resorts(self) -> list[Span]:
        """Outside Python: what answers for errors that nobody caught (boundaries of a page, error middleware, filters of exceptions)."""
        form = re.compile(
            r"(?:^|/)(?:src/)?app/(?:.*/)?(?:global-)?error\.[jt]sx?$|(?:^|/)pages/_error\.[jt]sx?$|(?:^|/)\+error\.svelte$|(?:^|/)error\.vue$"
        )
        pages = [Span(path, 1) for path in self.files if form.search(path) and not self.is_aside(path)]
        built = re.compile(r"(?:^|/)(?:static|public|dist|build|assets|vendor|wwwroot)/|\.min\.|bundle", re.I)
        signs = [at for at, _, _ in self.signs("last-resort") if not built.search(at.path)]
        return sorted([*pages, *signs], key=lambda at: (at.path, at.line))

    def runs_at_visitors(self, path: str) -> bool:
        """Does the package of a file depend on what shows pages or runs on phones, and on nothing that answers requests?"""
        folders = self._packages_by_depth
        package = next((each for folder, each in folders if path.startswith(folder)), None)
        return package is not None and any(_depends(package, name) for name in SHOWS) and not any(_depends(package, name) for name in ANSWERS)

    @cached_property
    def _packages_by_depth(self) -> list[tuple[str, Declared]]:
        folders = [(each.path.rpartition("/")[0] + "/" if "/" in each.path else "", each) for each in self.blocks("package")]
        return sorted(folders, key=lambda pair: -len(pair[0]))

    def edge_functions(self) -> Span | None:
        """The first function that answers requests by itself (Deno), of which no table of routes knows."""
        return next((at for at, _, text in self.signs("server") if "serve" in text.lower() and "functions/" in at.path), None)

    def server(self) -> Span | None:
        """Where the repository's server code shows: a route, a listening call, a web framework among the dependencies or by its files."""
        if self.table.endpoints:
            first = min((each.file, each.line) for each in self.table.endpoints)
            return Span(*first)
        listening = self.signs("server")
        if listening:
            return listening[0][0]
        for package in self.commands.packages.values():
            for name in ("next", "express", "fastify", "@nestjs/core", "koa", "hono", "@remix-run/node", "nuxt", "@sveltejs/kit", "astro"):
                if package.has(f"dependencies.{name}") and not self.is_aside(package.path):
                    return package.where(f"dependencies.{name}")
        form = re.compile(
            r"(?:^|/)config/(?:routes|application)\.rb$|(?:^|/)routes/(?:web|api)\.php$|(?:^|/)(?:Program|Startup)\.cs$|Controller\.(?:java|kt|php)$"
            r"|_web/(?:endpoint|router)\.ex$"
        )
        return next((Span(path, 1) for path in self.files if form.search(path) and not self.is_aside(path)), None)

    # ------------------------------------------------------------ copies
    def own_databases(self) -> list[Own]:
        """Databases that the team runs itself, on volumes of its own."""
        return own_databases(self.blocks("compose-service", "k8s/StatefulSet", "k8s/Deployment", "kamal", "fly", "render"))

    def copies(self) -> list[Copy]:
        """What copies a database: scheduled and off the machine first."""
        told = [each for part in self.documents.parts for each in part.head.said("command")]
        return copies(self.blocks(*COPYING), self.signs("dump"), self.delivery, told)

    def serving_databases(self) -> list[Own]:
        """Those of its own databases that serve, as far as the repository says: on a cluster or a platform; in files of Compose that something brings
        up on a server; else, where nothing else is a target of deploys, in one for production or kept up beside the app."""
        at, named = brought_up(self.delivery, self.manual_deploys())
        alone = at is None and not self.runs_elsewhere()

        def serves(each: Own) -> bool:
            if not each.compose:
                return each.production
            if at is not None:
                return not named or each.at.path.rpartition("/")[2] in named
            return alone and (each.production or each.stays)

        return [each for each in self.own_databases() if serves(each)]

    def runs_elsewhere(self) -> bool:
        """Does the repository name a target of deploys that is no compose file, or is it a product that others run (images are published)?"""
        kinds = (
            "fly", "render", "railway", "vercel", "netlify", "heroku-app", "procfile", "app-yaml", "apprunner", "serverless", "copilot", "kamal",
            "beanstalk",
            "wrangler", "firebase", "samconfig", "ecs-task", "aws_*", "google_*", "azurerm_*", "AWS::*", "k8s/*", "helm-values", "supabase",
        )  # fmt: skip
        targets = [deploy for deploy in self.delivery.deploys if "compose" not in deploy.command and deploy.target != "a server over SSH"]
        return bool(targets) or bool(self.blocks(*kinds)) or self.is_product()

    def is_product(self) -> bool:
        """Is this something that others run: does a pipeline publish an image or a package?"""
        action = re.compile(
            r"docker/build-push-action|depot/build-push-action|gh-action-pypi-publish|goreleaser|release-please|elgohr/publish-docker", re.I
        )
        command = re.compile(r"\bdocker\s+(?:image\s+)?push\b|\bbuildx\b[^\n]*--push\b|\btwine\s+upload\b|\b(?:npm|poetry|uv|cargo)\s+publish\b")
        return any(action.search(step.uses) or command.search(step.command) for node in self.delivery.nodes.values() for step in node.job.steps)


def _depends(package: Declared, name: str) -> bool:
    return package.has(f"dependencies.{name}") or package.has(f"devDependencies.{name}")


def _folders(path: str) -> Iterator[str]:
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path
