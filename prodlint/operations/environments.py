"""The environments that a repository names, and whether each is bound to something that is deployed to.

Knows: where pipelines, platform files, infrastructure code and settings name environments. Does not know: what was set up on a platform's side
(previews, pipelines of Heroku, branches of a database).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from prodlint import regex as re
from prodlint.declared import Declared
from prodlint.model import Span
from prodlint.operations.delivery import Delivery
from prodlint.operations.pipelines import stage_of
from prodlint.operations.targets import deploys_to

_LOCAL = re.compile(r"^(?:local|localhost|ci|default|base|common|shared|global|github-pages|release|pypi|npm|docs?|copilot)$", re.I)


class Environment(msgspec.Struct, frozen=True):
    """One name. stage: "production", "before", "preview"; bound: is it a target (own job, own file, own state), or only a word in settings?"""

    name: str
    stage: str
    at: Span
    how: str
    bound: bool = True


# a file of its own for each environment: pattern with the environment's name, what such a file is
_FILES: tuple[tuple[re.Pattern[str], str, bool], ...] = tuple(
    (re.compile(pattern, re.I), how, bound)
    for pattern, how, bound in (
        (r"(?:^|/)fly[._-]([\w-]+)\.toml$|(?:^|/)([\w-]+)[._-]fly\.toml$", "Fly configuration", True),
        (r"(?:^|/)render[._-]([\w-]+)\.ya?ml$", "Render blueprint", True),
        (r"(?:^|/)app[._-]([\w-]+)\.ya?ml$|(?:^|/)([\w-]+)[._-]app\.ya?ml$", "app configuration", True),
        (r"(?:^|/)railway[._-]([\w-]+)\.(?:json|toml)$", "Railway configuration", True),
        (r"(?:^|/)(?:terraform|infra|infrastructure|iac|tf|environments?|envs?|deploy\w*"
            r"|live)/(?:.*/)?([\w-]+)/(?:[\w-]+\.tf|terragrunt\.hcl|terraform\.tfvars)$", "Terraform folder", True),
        (r"(?:^|/)([\w-]+)(?:\.auto)?\.tfvars(?:\.json)?$", "Terraform variables", True),
        (r"(?:^|/)(?:backend|backends?)[-_/.]([\w-]+)\.(?:hcl|tfbackend|conf|tf)$|(?:^"
            r"|/)([\w-]+)\.(?:tfbackend|s3\.tfbackend)$", "Terraform state", True),
        (r"(?:^|/)(?:overlays|kustomize|environments|envs)/([\w-]+)/(?:.*/)?(?:kustomization|[\w-]+)\.ya?ml$", "Kubernetes overlay", True),
        (r"(?:^|/)values[._-]([\w.-]+?)\.ya?ml$|(?:^|/)(?:charts?|helm|k8s|deploy)/(?:.*/)?([\w-]+)[._-]values\.ya?ml$"
            r"|/values/([\w-]+)\.ya?ml$", "Helm values", True),
        (r"(?:^|/)config/deploy[._-]([\w-]+)\.ya?ml$", "Kamal destination", True),
        (r"(?:^|/)copilot/environments/([\w-]+)/manifest\.ya?ml$", "Copilot environment", True),
        (r"(?:^|/)(?:inventor(?:y|ies)|group_vars)/([\w-]+)(?:\.ya?ml|\.ini|/.*)?$", "Ansible inventory", True),
        (r"(?:^|/)config/deploy/([\w-]+)\.rb$", "Capistrano stage", True),
        (r"(?:^|/)(?:infrastructure|infra|deploy\w*|aws|ecs|k8s|kubernetes|helm|ops)/(?:.*/)?(prod"
            r"|production|staging|stage|stg|dev|development|uat|qa|test|sandbox)/.*\.(?:ya?ml"
            r"|e?json|tf|toml|env)(?:\.(?:erb|j2|tmpl|tpl|enc|gpg|age))?$", "deployment folder", True),
        (r"(?:^|/)serverless[._-]([\w-]+)\.ya?ml$", "Serverless configuration", True),
        (r"(?:^|/)(?:docker-)?compose[._-]([\w.-]+?)\.ya?ml$|(?:^|/)([\w-]+)\.(?:docker-)?compose\.ya?ml$", "compose file", False),
        (r"(?:^|/)settings/(?:.*/)?(\w+)\.py$|(?:^|/)settings[_.](\w+)\.py$|(?:^|/)config/(?:\w+/)*(?:settings_)?(production"
            r"|prod|staging|development|dev)\.py$", "settings module", False),
        (r"(?:^|/)(?:appsettings|application)[.-](\w+)\.(?:json"
            r"|ya?ml|properties)$|(?:^|/)config/([\w-]+)\.(?:json|ya?ml|exs)$", "settings file", False),
        (r"(?:^|/)\.env\.(production|staging|development)(?:\.(?:example|sample|template))?$", "environment file", False),
        (r"(?:^|/)Dockerfile[._-]([\w-]+)$|(?:^|/)([\w-]+)\.Dockerfile$", "Dockerfile", False),
    )
)  # fmt: skip
_STAGE = re.compile(r"(?:^|\s)(?:--?(?:stage|env(?:ironment)?|workspace|s|e))[= ]([\w-]+)")
_STAGED = re.compile(r"deploy.*[:_-]|[:_-]deploy|^(?:ship|release|publish)[:_-]", re.I)
_WORKFLOW = re.compile(r"(?:^|/)\.github/workflows/([^/]+)\.ya?ml$")


def environments(paths: Iterable[str], blocks: Iterable[Declared], delivery: Delivery) -> list[Environment]:
    """All of them, each name once with the strongest sign for it, production first."""
    found: list[Environment] = [*_of_pipelines(delivery), *_of_reviews(delivery), *_of_platforms(blocks), *_of_files(paths)]
    best: dict[tuple[str, str], Environment] = {}
    for each in found:
        key = (each.stage, each.name.lower())
        known = best.get(key)
        if known is None or (each.bound and not known.bound):
            best[key] = each
    order = ("production", "before", "preview")
    return sorted(best.values(), key=lambda each: (order.index(each.stage), not each.bound, each.at.path, each.at.line, each.name))


def _named(name: str, at: Span, how: str, bound: bool = True) -> Iterator[Environment]:
    stage = stage_of(name)
    if stage and not _LOCAL.match(name) and len(name) < 60:
        yield Environment(name, stage, at, how, bound)


def _of_pipelines(delivery: Delivery) -> Iterator[Environment]:
    for deploy in delivery.deploys:
        for name, at in deploy.node.job.environments:
            yield from _named(name, at, f"environment of the job {deploy.node.job.id}", not deploy.disabled)
        if deploy.stage:
            word = {"production": "production", "before": "staging", "preview": "preview"}[deploy.stage]
            title = _WORKFLOW.search(deploy.node.entry.path)
            texts = [text for text in (deploy.node.job.id, title.group(1) if title else "", deploy.command) if stage_of(text) == deploy.stage]
            at = deploy.node.job.at if title is None or deploy.node.entry.path == deploy.node.job.at.path else Span(deploy.node.entry.path, 1)
            yield Environment(word if not texts or " " in texts[0] else texts[0], deploy.stage, at, f"deploy to {deploy.target}", not deploy.disabled)
    deploying = {deploy.node.entry.path for deploy in delivery.deploys if not deploy.disabled}
    for node in delivery.nodes.values():
        chooses = {"production", "before"} <= {stage_of(name) for name, _ in node.job.environments}  # whatever it does there
        for name, at in node.job.environments:
            bound = node.job.bound and (chooses or node.entry.path in deploying)
            yield from _named(name, at, f"environment of the job {node.job.id}", bound)


_REVIEW = re.compile(r"review[-_]?apps?|(?:pr|pull)[-_]?(?:request[-_]?)?preview|preview[-_]?(?:deploy|env|app)|deploy[-_]?preview", re.I)
_SITE = re.compile(r"docs?|documentation|storybook|website|pages|blog", re.I)


def _of_reviews(delivery: Delivery) -> Iterator[Environment]:
    """Pipelines that make an environment for each pull request, by means that are not known here."""
    for pipeline in delivery.pipelines:
        name = pipeline.path.rpartition("/")[2]
        if "pull_request" in pipeline.events and _REVIEW.search(name) and not _SITE.search(name):
            yield Environment("preview", "preview", pipeline.at, f"made by {name} for each pull request")


def _of_platforms(blocks: Iterable[Declared]) -> Iterator[Environment]:
    for block in blocks:
        if block.kind == "railway":
            for name in block.keys("environments"):
                yield from _named("preview" if name == "pr" else name, block.where(f"environments.{name}"), "environment of Railway")
        elif block.kind == "netlify":
            for name in block.keys("context"):
                stage = "production" if name == "production" else "preview"
                yield Environment(name, stage, block.where(f"context.{name}"), "deploy context of Netlify")
        elif block.kind == "wrangler":
            for name in block.keys("env"):
                yield from _named(name, block.where(f"env.{name}"), "environment of Wrangler")
        elif block.kind == "samconfig":
            for name in block.keys(""):
                yield from _named(name, block.where(name), "configuration of SAM")
        elif block.kind == "supabase":
            for name in block.keys("remotes"):
                yield from _named(name, block.where(f"remotes.{name}"), "remote of Supabase")
        elif block.kind == "firebaserc":
            for name in block.keys("projects"):
                yield from _named(
                    "production" if name == "default" and block.has("projects.staging") else name,
                    block.where(f"projects.{name}"),
                    "project of Firebase",
                )
        elif block.kind == "heroku-app":
            if block.has("environments.review"):
                yield Environment("review", "preview", block.where("environments.review"), "review apps of Heroku")
        elif block.kind == "render":
            yield from _render(block)
        elif block.kind == "serverless":
            stages = block.texts("provider.stage") + list(block.keys("custom.stages")) + list(block.keys("params"))
            for name in stages:
                yield from _named(name, block.where("provider.stage"), "stage of Serverless")
        elif block.kind == "copilot":
            for name in block.keys("environments"):
                yield from _named(name, block.where(f"environments.{name}"), "environment of Copilot")
        elif block.kind == "helm-values" and block.name.startswith("helmfile"):
            for name in block.keys("environments"):
                yield from _named(name, block.where(f"environments.{name}"), "environment of helmfile")
        elif block.kind in ("package", "make-target"):
            yield from _of_commands(block)
        elif block.kind == "appspec":
            for branch in block.keys("branch_config"):
                name = block.text(f"branch_config.{branch}.deploymentGroupName") or ""
                yield from _named(name, block.where(f"branch_config.{branch}.deploymentGroupName"), "deployment group of CodeDeploy")
        elif block.kind == "beanstalk":
            for branch in block.keys("branch-defaults"):
                name = block.text(f"branch-defaults.{branch}.environment") or ""
                yield from _named(name, block.where(f"branch-defaults.{branch}.environment"), "environment of Elastic Beanstalk")


def _of_commands(block: Declared) -> Iterator[Environment]:
    """Stages that a script of a package or a make target deploys to."""
    for entry in block.entries:
        name = entry.key.removeprefix("scripts.") if entry.key.startswith("scripts.") else block.name if entry.key == "run" else ""
        if name and deploys_to(entry.value):
            said = _STAGE.findall(entry.value) or ([name] if _STAGED.search(name) else [])
            for stage in said:
                yield from _named(stage, Span(block.path, entry.line), f"target of {name}")


def _render(block: Declared) -> Iterator[Environment]:
    for entry in block.entries:
        if entry.key in ("previews.generation", "previewsEnabled") and entry.value not in ("off", "false", "none"):
            yield Environment("preview", "preview", Span(block.path, entry.line), "previews of Render")
        elif re.fullmatch(r"services\.\d+\.name|projects\.\d+\.environments\.\d+\.name", entry.key):
            yield from _named(entry.value, Span(block.path, entry.line), "service of Render")


def _of_files(paths: Iterable[str]) -> Iterator[Environment]:
    for path in paths:
        if "/ci/" in path:  # values with which a chart is tested
            continue
        for pattern, how, bound in _FILES:
            found = pattern.search(path)
            if found:
                name = next((group for group in found.groups() if group), "")
                yield from _named(name, Span(path, 1), how, bound)
                break
