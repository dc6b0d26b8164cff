"""Judges: numbers about requests, errors and load can be seen, of the app and of its database."""

from prodlint import Finding, Project, Proof, Skip

LOGS = ("enabled_cloudwatch_logs_exports", "enabled_cloudwatch_log_exports", "Properties.EnableCloudwatchLogsExports")
FLAGS = ("performance_insights_enabled", "Properties.EnablePerformanceInsights")
NUMBERS = ("monitoring_interval", "Properties.MonitoringInterval")


def check(project: Project):
    found = project.watching("metrics")
    yield from (Proof(sign.at, f"metrics: {sign.words}") for sign in found[:5])
    databases = [each for each in project.blocks("aws_db_instance", "AWS::RDS::DBInstance") if not each.has("replicate_source_db")]
    for each in databases:
        if (
            any(each.has(key) for key in LOGS)
            or any(each.flag(key, False) is not False for key in FLAGS)
            or any(each.number(key, 0) != 0 for key in NUMBERS)
        ):
            yield Proof(each.at, f"{each.name} exports its logs or metrics")
        else:
            words = f"{each.name} exports neither logs nor metrics of its own: a slow query leaves no trace"
            yield Finding(each.at, words, confidence="medium", subject={"resource": each.name})
    if not found and not databases:
        yield Skip("no metrics are set up in the repository; the platform may have its own", verdict="unknown")
