"""Workloads of Kubernetes: what they serve, which probes they have, how they are replaced.

Knows: pods and their templates, services that select them. Does not know: what a Helm chart renders.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from prodlint import regex as re
from prodlint.declared import Declared
from prodlint.model import Span
from prodlint.operations.rollout import WORKLOADS


class Workload(msgspec.Struct, frozen=True):
    """serves: does something send it requests, as far as the files say?"""

    block: Declared
    serves: bool

    @property
    def name(self) -> str:
        return self.block.name

    @property
    def at(self) -> Span:
        return self.block.at

    @property
    def strategy(self) -> str | None:
        return self.block.text("spec.strategy.type") if self.block.kind in ("k8s/Deployment", "k8s/DeploymentConfig") else None

    @property
    def where_strategy(self) -> Span:
        return self.block.where("spec.strategy.type")

    @property
    def keeps_data(self) -> bool:
        return any("persistentVolumeClaim" in entry.key or "volumeClaimTemplates" in entry.key for entry in self.block.entries)

    def has_probe(self, name: str) -> bool:
        form = re.compile(rf"(?:^|\.)containers\.\d+\.{name}(?:\.|$)")
        return any(form.search(entry.key) and "initContainers" not in entry.key for entry in self.block.entries)


def workloads(blocks: Iterable[Declared], services: Iterable[Declared]) -> Iterator[Workload]:
    """In order; one without containers serves nothing. Where the repository has services, a pod serves if one selects it or it opens a port;
    else also if it is kept running."""
    selectors = [{entry.key.removeprefix("spec.selector."): entry.value for entry in service.find("spec.selector.*")} for service in services]
    for block in blocks:
        if block.kind not in WORKLOADS:
            continue
        base = "spec" if block.kind == "k8s/Pod" else "spec.template.spec"
        runs = block.has(f"{base}.containers")
        labels = "metadata.labels" if block.kind == "k8s/Pod" else "spec.template.metadata.labels"
        own = {entry.key.removeprefix(f"{labels}."): entry.value for entry in block.entries if entry.key.startswith(f"{labels}.")}
        ports = any(re.search(r"(?:^|\.)containers\.\d+\.ports\.\d", entry.key) for entry in block.entries)
        selected = any(selector and selector.items() <= own.items() for selector in selectors)
        serves = selected or ports if selectors else ports or block.kind in ("k8s/Deployment", "k8s/DeploymentConfig")
        yield Workload(block, runs and serves)
