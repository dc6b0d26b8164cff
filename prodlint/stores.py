"""Managed databases that infrastructure code declares, and for how many days each keeps backups.

Knows: where each provider's resource says so and what it does when nothing is said (sources: the providers' own references of
Terraform resources and CloudFormation types). Does not know: how many days are enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from prodlint import regex as re
from prodlint.declared import Declared

RELATIONAL = ("aws_db_instance", "AWS::RDS::DBInstance")


class Kind(msgspec.Struct, frozen=True):
    """How one resource type says for how long backups are kept.

    days: the key that holds a number of days, with `default` where it is absent. flag: a key that switches backups on, which then keep
    `default` days. replica: keys of a copy, whose source is what must be backed up."""

    days: str = ""
    flag: str = ""
    default: float = 0
    replica: tuple[str, ...] = ()


KINDS: dict[str, Kind] = {
    "aws_db_instance": Kind("backup_retention_period", default=0, replica=("replicate_source_db",)),
    "aws_rds_cluster": Kind("backup_retention_period", default=1, replica=("replication_source_identifier",)),
    "aws_docdb_cluster": Kind("backup_retention_period", default=1),
    "aws_neptune_cluster": Kind("backup_retention_period", default=1, replica=("replication_source_identifier",)),
    "aws_redshift_cluster": Kind("automated_snapshot_retention_period", default=1),
    "aws_dynamodb_table": Kind(flag="point_in_time_recovery.enabled", default=35),
    "google_sql_database_instance": Kind(flag="settings.backup_configuration.enabled", default=7, replica=("master_instance_name",)),
    "google_alloydb_cluster": Kind(flag="automated_backup_policy.enabled", default=14),
    "azurerm_postgresql_flexible_server": Kind("backup_retention_days", default=7),
    "azurerm_postgresql_server": Kind("backup_retention_days", default=7),
    "azurerm_mysql_flexible_server": Kind("backup_retention_days", default=7),
    "azurerm_mysql_server": Kind("backup_retention_days", default=7),
    "azurerm_mariadb_server": Kind("backup_retention_days", default=7),
    "azurerm_mssql_database": Kind("short_term_retention_policy.retention_days", default=7),
    "azurerm_cosmosdb_account": Kind("backup.retention_in_hours", default=8),
    "digitalocean_database_cluster": Kind("", default=7),
    "render_postgres": Kind("", default=7),
    "AWS::RDS::DBInstance": Kind(
        "Properties.BackupRetentionPeriod", default=1, replica=("Properties.SourceDBInstanceIdentifier", "Properties.DBClusterIdentifier")
    ),
    "AWS::RDS::DBCluster": Kind("Properties.BackupRetentionPeriod", default=1, replica=("Properties.ReplicationSourceIdentifier",)),
    "AWS::DocDB::DBCluster": Kind("Properties.BackupRetentionPeriod", default=1),
    "AWS::Neptune::DBCluster": Kind("Properties.BackupRetentionPeriod", default=1),
    "AWS::DynamoDB::Table": Kind(flag="Properties.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled", default=35),
}  # fmt: skip

# registry modules that make a database; their own defaults are not in the repository
MODULES = re.compile(r"(?:^|/)(?:rds|rds-aurora|sql-db|aurora|postgres(?:ql)?|mysql|dynamodb-table|cloudsql|documentdb)(?:/|$|-)", re.I)
ARGUMENTS = ("backup_retention_period", "backup_retention_days", "point_in_time_recovery_enabled", "backup_configuration.enabled")

_PASSING = re.compile(
    r"(?:^|[^a-z])(?:\w*lock(?:s|ing)?|\w*caches?|sessions?|tfstate|rate[-_]?limits?|idempotency|dedup\w*|connections?)(?:[^a-z]|$)", re.I
)


class Store(msgspec.Struct, frozen=True):
    """One managed database. days: for how long backups are kept, 0 where they are off, None where the repository does not say. said: is the
    number written, or is it what the provider does by itself? covered: the backup plan that selects it, if one does."""

    declared: Declared
    days: float | None
    said: bool
    covered: Declared | None = None


def stores(declared: Iterable[Declared], plans: Iterable[Declared]) -> Iterator[Store]:
    """The managed databases among these blocks, in order; copies of others and those with `count = 0` are left out,
    and tables of locks and caches."""
    selections = list(plans)
    for each in declared:
        if each.kind == "module":
            yield from _module(each)
            continue
        kind = KINDS.get(each.kind)
        if kind is None or any(each.has(key) for key in kind.replica) or each.number("count") == 0:
            continue
        if each.kind.endswith(("dynamodb_table", "DynamoDB::Table")) and _passes(each):
            continue
        if each.kind == "digitalocean_database_cluster" and (each.text("engine") or "") in ("redis", "valkey", "kafka"):
            continue
        yield Store(each, _days(each, kind), each.has(kind.days or kind.flag), _selection(each, selections))


def _passes(each: Declared) -> bool:
    """Does a table hold what nobody would restore: locks, caches, sessions, what deletes itself?"""
    names = " ".join(filter(None, (each.name, each.text("name"), each.text("Properties.TableName"))))
    expires = each.has("ttl") or each.has("Properties.TimeToLiveSpecification")
    locks = "LockID" in (each.text("hash_key"), each.text("Properties.KeySchema.0.AttributeName"))  # of Terraform's state, whatever its name is
    return expires or locks or _PASSING.search(names) is not None


def _days(each: Declared, kind: Kind) -> float | None:
    if kind.flag:
        on = each.flag(kind.flag, default=False)
        return None if on is None else kind.default if on else 0
    if each.kind == "render_postgres":  # the free plan keeps nothing and expires; every other can be restored to a point in time
        plan = each.text("plan")
        return None if plan is None else 0 if plan.lower() == "free" else 7
    if kind.days == "backup.retention_in_hours":  # Azure Cosmos DB: continuous (7 or 30 days) or every few hours
        return 7 if (each.text("backup.type") or "").lower() == "continuous" else 1
    return each.number(kind.days, kind.default) if kind.days else kind.default


def _module(each: Declared) -> Iterator[Store]:
    source = each.text("source") or ""
    if source.startswith(".") or not MODULES.search(source.removeprefix("git::")):
        return
    key = next((key for key in ARGUMENTS if each.has(key)), "")
    if key in ARGUMENTS[:2]:
        yield Store(each, each.number(key), True)
    else:
        on = each.flag(key) if key else None
        yield Store(each, None if on is None else 7.0 * on, bool(key))


def _selection(each: Declared, selections: list[Declared]) -> Declared | None:
    """The AWS Backup selection that names the resource, everything, or a tag that the resource carries."""
    for plan in selections:
        named = " ".join(entry.value for entry in plan.entries if entry.key.startswith(("resources", "Properties.BackupSelection.Resources")))
        if f"{each.name}." in f"{named} " or re.search(rf"\b{re.escape(each.name)}\b", named) or re.search(r"(?:^|\s)\*(?:\s|$)", named):
            return plan
        for tag in plan.nested("selection_tag"):
            key = tag.text("key")
            if key and each.text(f"tags.{key}") is not None and each.text(f"tags.{key}") == tag.text("value"):
                return plan
    return None
