"""Judges: an alarm tells somebody."""

from prodlint import Finding, Project, Proof, Skip


def check(project: Project):
    every = project.alerts()
    alarms = [each for each in every if each.told is not None]
    if not every:
        yield Skip("no alarm is declared here")
    for alarm in every:
        if alarm.told is None:
            yield Skip(f"whom {alarm.name} tells is not in the repository: nothing here is subscribed to it", alarm.at, verdict="unknown")
            break
    for alarm in alarms:
        if alarm.told:
            yield Proof(alarm.at, f"{alarm.name} tells somebody")
        else:
            yield Finding(alarm.at, f"{alarm.name} rings and tells nobody", subject={"resource": alarm.name})
