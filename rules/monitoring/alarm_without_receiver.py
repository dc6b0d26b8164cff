"""Judges: an alarm tells somebody."""

from prodlint import Finding, Project, Proof, Skip


def check(project: Project):
    alarms = [each for each in project.alerts() if each.told is not None]
    if not alarms:
        yield Skip("no alarm is declared here")
    for alarm in alarms:
        if alarm.told:
            yield Proof(alarm.at, f"{alarm.name} tells somebody")
        else:
            yield Finding(alarm.at, f"{alarm.name} rings and tells nobody", subject={"resource": alarm.name})
