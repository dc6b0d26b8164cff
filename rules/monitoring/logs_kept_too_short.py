"""Judges: logs are kept long enough to find out what happened last week."""

from prodlint import Finding, Project, Proof, Skip

ENOUGH = 14
KEYS = {
    "aws_cloudwatch_log_group": "retention_in_days",
    "AWS::Logs::LogGroup": "Properties.RetentionInDays",
    "azurerm_log_analytics_workspace": "retention_in_days",
}


def check(project: Project):
    groups = project.blocks(*KEYS)
    if not groups:
        yield Skip("no log group is declared here")
    for group in groups:
        days = group.number(KEYS[group.kind], default=0)  # 0: for ever
        if days is None:
            yield Skip(f"for how long {group.name} keeps its logs is set outside this repository", group.at, verdict="unknown")
        elif days == 0 or days >= ENOUGH:
            yield Proof(group.at, f"{group.name} keeps its logs " + ("for ever" if days == 0 else f"for {days:g} days"))
        elif days >= 7:
            yield Skip(f"{group.name} keeps its logs for {days:g} days", group.at, verdict="partial")
        else:
            yield Finding(group.where(KEYS[group.kind]), f"{group.name} keeps its logs for {days:g} days", subject={"resource": group.name})
