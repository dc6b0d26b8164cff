"""How a bad release is undone, or kept from traffic: what infrastructure code, platform files, manifests and pipelines say.

Knows: circuit breakers, alarms, atomic upgrades, health checks that hold traffic back, undo steps. Does not know: what a platform does by default.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from prodlint import regex as re
from prodlint.declared import Declared
from prodlint.model import Span
from prodlint.operations.delivery import Delivery, short

WORKLOADS = ("k8s/Deployment", "k8s/StatefulSet", "k8s/DaemonSet", "k8s/DeploymentConfig", "k8s/ReplicaSet", "k8s/ReplicationController", "k8s/Pod")
BLOCKS = (
    "aws_ecs_service", "AWS::ECS::Service", "aws_codedeploy_deployment_group", "AWS::CodeDeploy::DeploymentGroup", "AWS::Serverless::Function",
    "railway", "render", "fly", "kamal", "apprunner", "aws_apprunner_service", "copilot", "beanstalk", "serverless", "compose-service", "procfile",
    "AWS::AppRunner::Service", "google_cloud_run_service", "google_cloud_run_v2_service", "azurerm_linux_web_app", "azurerm_container_app",
    "app-yaml", "helm_release", "k8s/Rollout", "k8s/Canary", "k8s/HelmRelease", "yaml-template", "azurerm_linux_web_app_slot", *WORKLOADS,
)  # fmt: skip
_UNDO = re.compile(
    r"\brollout\s+undo\b|\bhelm\s+rollback\b|\brollback\b|\bupdate-service\b[^\n]*PREVIOUS|\bheroku\s+rollback\b|\bflyctl?\s+releases\s+rollback",
    re.I,
)


class Rollout(msgspec.Struct, frozen=True):
    """One sign. state: "auto" (undone by itself), "gated" (traffic waits for health), "rolling" (without a health check), "none" (nothing, where
    something could be said)."""

    state: str
    at: Span
    words: str


PLATFORMS = {"railway": "Railway", "render": "Render", "fly": "Fly", "procfile": "Heroku", "app-yaml": "App Engine", "kamal": "Kamal"}


def rollouts(blocks: Iterable[Declared], delivery: Delivery) -> list[Rollout]:
    """In path and line order. Where pipelines deploy, what other platforms' files say is not about the app that runs."""
    used = {deploy.target for deploy in delivery.deploys if deploy.stage != "preview"}
    found = [sign for block in blocks for sign in _of_block(block) if not used or block.kind not in PLATFORMS or PLATFORMS[block.kind] in used]
    found += list(_of_pipelines(delivery))
    return sorted(found, key=lambda each: (each.at.path, each.at.line, each.words))


def _of_pipelines(delivery: Delivery) -> Iterator[Rollout]:
    for deploy in delivery.deploys:
        for command in delivery.commands_of(deploy.node):
            if re.search(r"\bhelm\b[^\n]*--(?:atomic|rollback-on-failure)\b|--atomic\b[^\n]*\bhelm\b", command):
                yield Rollout("auto", deploy.at, "the Helm upgrade is undone when it fails (--atomic)")
            elif re.search(r"\bsam\s+deploy\b", command) and "--disable-rollback" not in command:
                yield Rollout("auto", deploy.at, "CloudFormation undoes a stack update that fails")
            elif re.search(r"\bdocker\s+stack\s+deploy\b|--update-failure-action\s+rollback", command) and "rollback" in command:
                yield Rollout("auto", deploy.at, "the service is rolled back when its update fails")
            elif re.search(r"--no-traffic\b|\bupdate-traffic\b", command):
                yield Rollout("gated", deploy.at, "the new revision receives traffic in a step of its own")
            elif re.search(r"\bcf[78]?\s+push\b[^\n]*--strategy[ =](?:rolling|canary)\b", command):
                yield Rollout("gated", deploy.at, "Cloud Foundry keeps the old instances until the new ones are well (--strategy)")
            elif "wait-for-service-stability" in command:
                yield Rollout("rolling", deploy.at, "the deploy waits until the service is stable")
    deploying = {deploy.node.entry.path for deploy in delivery.deploys}
    for node in delivery.nodes.values():
        if node.entry.path not in deploying:
            continue
        on_failure = "failure()" in node.job.condition
        for step in node.job.steps:
            undone = _UNDO.search(step.command) and not re.match(r"\s*echo\b", step.command)
            if undone and (on_failure or "failure()" in step.condition or "||" in step.command):
                yield Rollout("auto", step.at, f"`{short(step.command)}` runs when the deploy fails")


def _of_block(block: Declared) -> Iterator[Rollout]:
    kind, name = block.kind, block.name
    if kind in ("aws_ecs_service", "AWS::ECS::Service"):
        yield from _ecs(block)
    elif kind == "aws_codedeploy_deployment_group" and block.flag("auto_rollback_configuration.enabled"):
        yield Rollout("auto", block.where("auto_rollback_configuration"), f"{name} rolls back by itself")
    elif kind == "AWS::CodeDeploy::DeploymentGroup" and block.flag("Properties.AutoRollbackConfiguration.Enabled"):
        yield Rollout("auto", block.where("Properties.AutoRollbackConfiguration"), f"{name} rolls back by itself")
    elif kind == "AWS::Serverless::Function" and block.has("Properties.DeploymentPreference"):
        state = "auto" if block.has("Properties.DeploymentPreference.Alarms") else "rolling"
        yield Rollout(
            state,
            block.where("Properties.DeploymentPreference"),
            f"{name} shifts traffic step by step" + (" and back on an alarm" if state == "auto" else ""),
        )
    elif kind == "railway" and block.text("deploy.healthcheckPath"):
        yield Rollout("gated", block.where("deploy.healthcheckPath"), "Railway keeps the old deployment until the health check answers")
    elif kind == "render":
        for entry in block.find("services.*.healthCheckPath"):
            yield Rollout("gated", Span(block.path, entry.line), "Render keeps the old instance until the health check answers")
    elif kind == "fly":
        yield from _fly(block)
    elif kind == "kamal":
        yield from _kamal(block)
    elif kind == "copilot" and block.has("http.healthcheck"):
        yield Rollout("auto", block.where("http.healthcheck"), "Copilot's services have the circuit breaker of ECS, and a health check")
    elif kind in ("aws_apprunner_service", "AWS::AppRunner::Service", "apprunner"):
        key = "health_check_configuration" if kind.startswith("aws") else "Properties.HealthCheckConfiguration"
        if block.has(key):
            yield Rollout("gated", block.where(key), f"{name} takes traffic when its health check answers")
    elif kind in ("google_cloud_run_service", "google_cloud_run_v2_service"):
        entry = next((e for e in block.entries if e.key.endswith("startup_probe") or ".startup_probe" in e.key), None)
        if entry is not None:
            yield Rollout("gated", Span(block.path, entry.line), f"a revision of {name} takes traffic when its startup probe answers")
    elif kind == "azurerm_linux_web_app" and block.has("site_config.health_check_path"):
        yield Rollout(
            "rolling", block.where("site_config.health_check_path"), f"{name} has a health check; without a slot a bad release still goes live"
        )
    elif kind == "azurerm_linux_web_app_slot":
        yield Rollout("gated", block.at, f"{name} is a slot that is swapped in")
    elif kind == "beanstalk":
        for entry in block.entries:
            if entry.key.endswith("DeploymentPolicy") and entry.value in ("Immutable", "TrafficSplitting", "Rolling", "RollingWithAdditionalBatch"):
                yield Rollout("gated", Span(block.path, entry.line), f"Elastic Beanstalk deploys by the policy {entry.value}")
    elif kind == "serverless" and any("deploymentSettings" in entry.key for entry in block.entries):
        yield Rollout("auto", block.at, "traffic is shifted step by step with alarms")
    elif kind == "procfile" and block.has("release"):
        yield Rollout("gated", block.where("release"), "a release whose release phase fails is not started")
    elif kind == "app-yaml":
        key = next((e for e in block.entries if re.search(r"readiness_check|health_check(?:\.http_path)?$", e.key)), None)
        if key is not None:
            yield Rollout("gated", Span(block.path, key.line), "an instance takes traffic when its health check answers")
    elif kind == "helm_release" and block.flag("atomic"):
        yield Rollout("auto", block.where("atomic"), f"{name} is undone when it fails (atomic)")
    elif kind in ("k8s/Rollout", "k8s/Canary"):
        yield Rollout("auto", block.at, f"{name} is a progressive rollout")
    elif kind == "k8s/HelmRelease" and (block.has("spec.upgrade.remediation") or block.has("spec.rollback")):
        yield Rollout("auto", block.at, f"{name} is undone when it fails (remediation)")
    elif kind == "yaml-template":
        entry = next((e for e in block.entries if e.key == "readinessProbe"), None)
        if entry is not None:
            yield Rollout("gated", Span(block.path, entry.line), "pods take traffic when their readiness probe answers")
    elif kind in WORKLOADS:
        if any(entry.key.endswith("readinessProbe") for entry in block.entries):
            yield Rollout("gated", block.at, f"{name} takes traffic when its readiness probe answers")
    elif kind == "compose-service" and block.text("deploy.update_config.failure_action") == "rollback":
        yield Rollout("auto", block.where("deploy.update_config.failure_action"), f"the service {name} is rolled back when its update fails")


def _ecs(block: Declared) -> Iterator[Rollout]:
    terraform = block.kind == "aws_ecs_service"
    breaker = "deployment_circuit_breaker" if terraform else "Properties.DeploymentConfiguration.DeploymentCircuitBreaker"
    alarms = "alarms" if terraform else "Properties.DeploymentConfiguration.Alarms"
    controller = block.text("deployment_controller.type" if terraform else "Properties.DeploymentController.Type") or ""
    back = block.flag(f"{breaker}.rollback" if terraform else f"{breaker}.Rollback", default=False)
    if back or block.flag(f"{alarms}.rollback" if terraform else f"{alarms}.Rollback"):
        yield Rollout("auto", block.where(breaker), f"{block.name} has a circuit breaker that rolls back")
    elif controller == "CODE_DEPLOY":
        yield Rollout("rolling", block.at, f"{block.name} is deployed by CodeDeploy")
    elif back is not None and controller != "EXTERNAL":
        yield Rollout(
            "none", block.at, f"{block.name} has no circuit breaker that rolls back: a release that cannot start is tried again without end"
        )


def _fly(block: Declared) -> Iterator[Rollout]:
    checks = next((entry for entry in block.entries if re.search(r"(?:^|\.)(?:http_checks|tcp_checks|checks)(?:\.\d+|\.\w+)+", entry.key)), None)
    if checks is not None and (block.text("deploy.strategy") or "rolling") != "immediate":
        yield Rollout("gated", Span(block.path, checks.line), "Fly stops a deploy whose checks fail")
    elif block.flag("experimental.auto_rollback"):
        yield Rollout("rolling", block.where("experimental.auto_rollback"), "Fly rolls back a deploy that fails, but there is no check that could")
    elif block.has("deploy.release_command"):
        yield Rollout(
            "rolling", block.where("deploy.release_command"), "a release whose release command fails is not started; there is no health check"
        )


def _kamal(block: Declared) -> Iterator[Rollout]:
    check = next((key for key in ("proxy.healthcheck", "healthcheck") if block.has(key)), "proxy" if block.has("proxy") or block.has("image") else "")
    if check:
        yield Rollout("gated", block.where(check), "Kamal switches over when the new container answers its health check")
