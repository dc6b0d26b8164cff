"""Judges: numbers about requests, errors and load can be seen, of the app and of its database."""

import re

from prodlint import Finding, Project, Proof, Skip

LOGS = ("enabled_cloudwatch_logs_exports", "enabled_cloudwatch_log_exports", "Properties.EnableCloudwatchLogsExports")
FLAGS = ("performance_insights_enabled", "Properties.EnablePerformanceInsights")
NUMBERS = ("monitoring_interval", "Properties.MonitoringInterval")
GROUPS = ("parameter_group_name", "db_cluster_parameter_group_name", "Properties.DBParameterGroupName", "Properties.DBClusterParameterGroupName")
DECLARED = ("aws_db_parameter_group", "aws_rds_cluster_parameter_group", "AWS::RDS::DBParameterGroup", "AWS::RDS::DBClusterParameterGroup")
REFERENCE = re.compile(r"((?:aws_(?:db|rds_cluster)_parameter_group\.)?[\w-]+)(?:\.(?:id|name))?$")


def check(project: Project):
    found = project.watching("metrics")
    yield from (Proof(sign.at, f"metrics: {sign.words}") for sign in found[:5])
    databases = [each for each in project.blocks("aws_db_instance", "AWS::RDS::DBInstance", "aws_rds_cluster") if not each.has("replicate_source_db")]
    members = project.blocks("aws_rds_cluster_instance")
    for each in databases:
        of_cluster = [m for m in members if each.kind == "aws_rds_cluster" and f"{each.name}." in m.raw("cluster_identifier")]
        slow = written_down(project, each)
        if any(exports(one) for one in (each, *of_cluster)):
            yield Proof(each.at, f"{each.name} exports its logs or metrics")
        elif slow:
            yield Proof(each.at, f"{each.name} writes down slow queries")
        elif slow is None:
            yield Skip(
                f"the parameters of {each.name}, which may write down slow queries, are set outside this repository", each.at, verdict="unknown"
            )
        else:
            words = f"{each.name} exports neither logs nor metrics of its own: a slow query leaves no trace"
            yield Finding(each.at, words, confidence="medium", subject={"resource": each.name})
    clusters = [] if found else project.blocks("aws_ecs_cluster", "AWS::ECS::Cluster")  # one with insights is among what was found
    for each in clusters:
        words = f"{each.name} has no container insights, and nothing else measures what runs in it"
        yield Finding(each.at, words, confidence="medium", subject={"resource": each.name})
    if not found and not databases and not clusters:
        yield Skip("no metrics are set up in the repository; the platform may have its own", verdict="unknown")


def exports(each):
    """Do its own settings send logs or metrics somewhere?"""
    flags = any(each.flag(key, False) is not False for key in FLAGS)
    return any(each.has(key) for key in LOGS) or flags or any(each.number(key, 0) != 0 for key in NUMBERS)


def written_down(project, each):
    """Does its group of parameters ask the server to log queries that take long? None where the group is not in the repository."""
    written = next((text for key in GROUPS if (text := each.raw(key))), "")
    if not written or written.startswith("default."):
        return False
    name = REFERENCE.match(written)
    group = next((b for b in project.blocks(*DECLARED) if name and b.name == name.group(1)), None)
    if group is None:
        return False if written.startswith("aws_") else None
    said = {p.text("name"): p.text("value") for p in group.nested("parameter")}
    said.update({key: group.text(f"Properties.Parameters.{key}") for key in group.keys("Properties.Parameters")})
    return said.get("log_min_duration_statement", "-1") != "-1" or said.get("slow_query_log", "0") not in ("0", "off", "OFF")
