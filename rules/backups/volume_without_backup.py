"""Judges: a database that the team runs itself is copied off the machine, by the clock."""

from prodlint import Finding, Project, Proof, Skip


def check(project: Project):
    own = project.own_databases()
    made = project.copies()
    scheduled = [each for each in made if each.scheduled]
    if not own and scheduled:
        yield Proof(scheduled[0].at, f"data is copied by the clock: {scheduled[0].words}")
        return
    if not own:
        yield Skip("no database on a volume of its own is declared here")
        return
    serving = project.serving_databases()
    if not serving and any(each.away for each in scheduled):
        yield Proof(scheduled[0].at, f"data is copied by the clock: {scheduled[0].words}")
    elif not serving:
        yield Skip(
            f"{own[0].name} ({own[0].words}) looks like one for development; nothing says that production uses it", own[0].at, verdict="unknown"
        )
    elif away := [each for each in scheduled if each.away]:
        yield Proof(away[0].at, f"data is copied off the machine: {away[0].words}")
    elif scheduled:
        yield Skip(f"data is copied by the clock ({scheduled[0].words}); whether off the machine is not said", scheduled[0].at, verdict="partial")
    elif made:
        yield Skip(f"there is a way to copy the data ({made[0].words}), and no schedule for it", made[0].at, verdict="partial")
    else:
        for each in serving:
            words = f"{each.name} keeps its data in one place ({each.words}), and nothing in the repository copies it"
            yield Finding(each.at, words, confidence="medium", subject={"resource": each.name})
