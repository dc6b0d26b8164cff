"""Judges: destroying the stack does not destroy the data."""

from prodlint import Finding, Project, Proof, Skip

TERRAFORM = ("aws_db_instance", "aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster", "aws_redshift_cluster")
CLOUDFORMATION = ("AWS::RDS::DBInstance", "AWS::RDS::DBCluster", "AWS::DynamoDB::Table", "AWS::DocDB::DBCluster")
OTHERS = ("google_sql_database_instance", "aws_dynamodb_table", "google_alloydb_cluster")
PROTECTED = (
    "deletion_protection", "settings.deletion_protection_enabled", "deletion_protection_enabled", "lifecycle.prevent_destroy",
    "Properties.DeletionProtection", "Properties.DeletionProtectionEnabled",
)  # fmt: skip


def check(project: Project):
    kept = {store.declared.at for store in project.stores()}
    found = [each for each in project.blocks(*TERRAFORM, *CLOUDFORMATION, *OTHERS) if "ynamo" not in each.kind or each.at in kept]
    if not found:
        yield Skip("no managed database is declared here")
    for each in found:
        guard = guarded(each)
        if guard:
            yield Proof(each.where(guard), f"{each.name} is guarded ({guard.rpartition('.')[2]})", besides=True)
        elif any(each.has(key) and each.flag(key) is None for key in PROTECTED):
            yield Skip(f"what protects {each.name} from deletion is set outside this repository", each.at, verdict="unknown")
        elif each.kind in TERRAFORM and inverted(each):
            words = f"{each.name}: skip_final_snapshot takes the value of {inverted(each)}, which says the opposite"
            yield Finding(each.where("skip_final_snapshot"), words, subject={"resource": each.name})
        elif each.kind in TERRAFORM and each.flag("skip_final_snapshot") and not each.has("replicate_source_db"):
            words = f"{each.name} is deleted without a last snapshot, and nothing protects it from deletion"
            yield Finding(each.where("skip_final_snapshot"), words, confidence="medium", subject={"resource": each.name})
        elif each.kind in CLOUDFORMATION and each.text("DeletionPolicy") == "Delete":
            yield Finding(each.where("DeletionPolicy"), f"{each.name} is deleted with its stack", subject={"resource": each.name})
        else:
            yield Skip(
                f"what protects {each.name} from deletion is set outside this repository, or by the provider's default", each.at, verdict="unknown"
            )


def guarded(each):
    """The key that protects the data, "" where there is none."""
    for key in PROTECTED:
        if each.flag(key):
            return key
    if each.text("DeletionPolicy") in ("Retain", "Snapshot", "RetainExceptOnCreate"):
        return "DeletionPolicy"
    return "skip_final_snapshot" if each.kind in TERRAFORM and each.flag("skip_final_snapshot") is False and each.has("skip_final_snapshot") else ""


def inverted(each):
    """The variable that asks for a snapshot and is wired to the key that skips it."""
    entry = next((entry for entry in each.entries if entry.key == "skip_final_snapshot"), None)
    name = entry.value.removeprefix("var.") if entry is not None and entry.value.startswith("var.") else ""
    return entry.value if "snapshot" in name and not any(word in name for word in ("skip", "no_", "disable", "without")) else ""
