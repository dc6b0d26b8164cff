"""Judges: buckets of user files are versioned; disks, machines and Redis stores are snapshotted."""

import re

from prodlint import Finding, Project, Proof, Skip

PASSING = re.compile(
    r"log|artifact|static|asset|cdn|cache|tmp|temp|build|public-site|website|deploy|lambda|code|tfstate|terraform|scratch|staging|test", re.I
)
WORDS = {
    "bucket": "a file that is overwritten or deleted is gone: versioning is off",
    "redis": "no snapshot is kept; if more than a cache is in it, it goes with its node",
    "disk": "no backup policy covers the disk",
    "machine": "no backup covers the machine",
}


def check(project: Project):
    asked = False
    for each, sort, kept in stores(project):
        if sort == "bucket" and PASSING.search(f"{each.name} {each.text('bucket') or ''}"):
            continue
        asked = True
        if kept:
            yield Proof(each.at, f"{each.name} keeps earlier states")
        elif kept is None:
            yield Skip(f"what is kept of {each.name} is set outside this repository", each.at, verdict="unknown")
        else:
            yield Finding(each.at, f"{each.name}: {WORDS[sort]}", confidence="medium", subject={"resource": each.name})
    if not asked:
        yield Skip("no bucket, disk or machine is declared here")


def stores(project):
    """(block, sort, are earlier states kept?)"""
    versioned = " ".join(
        e.value
        for b in project.blocks("aws_s3_bucket_versioning")
        if (b.text("versioning_configuration.status") or "Enabled") != "Disabled"
        for e in b.entries
    )
    for each in project.blocks("aws_s3_bucket", "google_storage_bucket", "digitalocean_spaces_bucket"):
        own = each.flag("versioning.enabled", default=False)
        yield each, "bucket", True if f"{each.name}." in versioned else own
    for each in project.blocks("azurerm_storage_account"):
        days = each.number("blob_properties.delete_retention_policy.days", default=7) if each.has("blob_properties.delete_retention_policy") else 0
        versions = each.flag("blob_properties.versioning_enabled", default=False)
        if each.has("blob_properties"):  # without: it may hold state, queues or nothing that matters
            yield each, "bucket", True if days or versions else None if days is None or versions is None else False
    for each in project.blocks("aws_elasticache_cluster", "aws_elasticache_replication_group"):
        if (each.text("engine") or "redis") != "memcached" and not each.has("replication_group_id"):
            days = each.number("snapshot_retention_limit", default=0)
            yield each, "redis", None if days is None else days > 0
    policies = " ".join(
        entry.value for block in project.blocks("oci_core_volume_backup_policy_assignment", "azurerm_backup_protected_vm") for entry in block.entries
    )
    for each in project.blocks("oci_core_volume"):
        yield each, "disk", each.has("backup_policy_id") or f"{each.name}." in policies
    for each in project.blocks("azurerm_virtual_machine"):
        yield each, "machine", f"{each.name}." in policies
