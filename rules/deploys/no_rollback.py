"""Judges: a bad release is undone, or takes no traffic, without a person."""

from prodlint import Finding, Project, Proof, Skip

BARE = ("a server over SSH", "Kubernetes", "Ansible")  # targets that do nothing by themselves when a release cannot start


def check(project: Project):
    signs = project.rollouts()
    held = [each for each in signs if each.state in ("auto", "gated")]
    lacking = [each for each in signs if each.state == "none"]
    rolling = [each for each in signs if each.state == "rolling"]
    deploys = [each for each in project.delivery.deploys if each.live]
    documented = project.rollback_guide()
    named = [each for each in lacking if not any(other.at.path == each.at.path for other in held)]
    if held:
        yield from (Proof(each.at, each.words) for each in held)
        yield from (Skip(each.words, each.at, verdict="partial") for each in named)
    elif documented is not None:
        yield Skip(
            f"the way back is written down, and a person has to go it: {documented.heading or documented.path}", documented.at, verdict="partial"
        )
    elif rolling:
        yield Skip(rolling[0].words, rolling[0].at, verdict="partial")
    elif named:
        yield from (Finding(each.at, each.words, subject={"resource": each.words.partition(" ")[0]}) for each in named)
    elif bare := [each for each in deploys if each.target in BARE]:
        words = f"the deploy to {bare[0].target} has no health check and no way back: a release that does not start stays"
        yield Finding(bare[0].at, words, confidence="medium")
    elif deploys:
        yield Skip(f"what {deploys[0].target} does with a release that does not start is set there", deploys[0].at, verdict="unknown")
    else:
        yield Skip("no deploy is described in this repository", verdict="unknown")
