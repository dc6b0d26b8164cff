"""Judges: a pipeline runs the tests at every change."""

from prodlint import Finding, Project, Proof, Skip

UNREAD = (".drone.y*ml", ".woodpecker*", ".woodpecker/**", "appveyor.yml", ".semaphore/**",
          ".buildkite/**", "codemagic.yaml", "bitrise.yml", ".cirrus.yml",
          "wercker.yml", ".teamcity/**", ".builds/*.yml",
          "**/.ci.yaml", ".earthly/**", "Earthfile", "dagger.json", ".prow.yaml", ".zuul.yaml")  # fmt: skip


def check(project: Project):
    delivery = project.delivery
    at_changes = [run for run in delivery.tests if run.node.events - {"manual", "schedule"}]
    strict = [run for run in at_changes if run.stops]
    built = project.tests_in_builds()
    unread = [name for pipeline in delivery.pipelines for name in pipeline.unread]
    elsewhere = project.paths(*UNREAD)
    if strict:
        yield Proof(strict[0].at, f"{strict[0].node.pipeline.service} runs the tests: `{project.shortened(strict[0].command)}`")
    elif built:
        yield Proof(built[0][0], f"the build runs the tests: `{project.shortened(built[0][1])}`")
    elif at_changes:
        yield Finding(at_changes[0].at, f"the tests run, and their failure is ignored: `{project.shortened(at_changes[0].command)}`")
    elif delivery.tests:
        yield Skip("the tests run on demand or by the clock only, not at every change", delivery.tests[0].at, verdict="partial")
    elif unread or elsewhere:
        yield Skip(f"the pipeline is not in this repository, or of a kind that is not read: {(unread or elsewhere)[0]}", verdict="unknown")
    elif handed := delivery.handed_over():
        at, command = handed[0]
        yield Skip(f"whether `{project.shortened(command)}` runs the tests is not read", at, verdict="unknown")
    elif written := project.signs("pipeline-as-code"):
        yield Skip(f"a pipeline is made by {written[0][0].path}, and what it runs is not read", written[0][0], verdict="unknown")
    elif project.first_code() is None:
        yield Skip("there is no code here")
    elif delivery.pipelines:
        yield Finding(
            delivery.pipelines[0].at, "pipelines are configured, and none of them runs tests (checks of style, types and builds are no tests)"
        )
    else:
        # a pipeline may be kept elsewhere: the item fails, a run of `check` does not
        yield Finding(project.first_code(), "nothing runs the tests: there is no pipeline in this repository", severity="warning")
