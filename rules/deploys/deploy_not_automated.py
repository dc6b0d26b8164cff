"""Judges: a change reaches production by a pipeline or a platform, not by hand."""

from prodlint import Finding, Project, Proof, Skip, Span

GIT_INTEGRATION = {"vercel": "Vercel", "netlify": "Netlify", "railway": "Railway", "render": "Render"}


def check(project: Project):
    deploys = [each for each in project.delivery.deploys if each.stage != "preview"]
    active = [each for each in deploys if not each.disabled and not each.manual]
    integrations = [each for each in project.blocks(*GIT_INTEGRATION) if not deploys_by_hand(each)]
    by_hand = [each for each in deploys if each.manual and not each.disabled]
    steps = project.manual_deploys()
    if active:
        best = next((each for each in active if each.stage == "production"), active[0])
        yield Proof(best.at, f"{best.node.pipeline.service} deploys to {best.target}")
    elif integrations:
        platform = GIT_INTEGRATION[integrations[0].kind]
        yield Proof(integrations[0].at, f"{platform} deploys what is pushed")
    elif pulled := pulled_in(project):
        at, words = pulled
        yield Proof(at, words)
    elif shipit := project.paths("shipit.yml", "shipit.*.yml"):
        yield Skip("Shipit deploys by the steps written here; whether by itself is set there", Span(shipit[0], 1), verdict="partial")
    elif by_hand:
        yield Skip(f"the deploy to {by_hand[0].target} is a pipeline that a person starts", by_hand[0].at, verdict="partial")
    elif deploys:
        yield Skip(f"the deploy to {deploys[0].target} is switched off (if: false)", deploys[0].at, verdict="partial")
    elif written := project.signs("pipeline-as-code"):
        yield Skip(f"a pipeline is made by {written[0][0].path}, and where it deploys to is not read", written[0][0], verdict="unknown")
    elif steps and project.is_product():
        tested = any(run.stops for run in project.delivery.tests)
        words = "images or packages are published; where and how they are run is not in this repository"
        yield Skip(words, steps[0][0], verdict="partial" if tested else "unknown")
    elif steps and not project.blocks("procfile", "heroku-app", "app-yaml", "firebase", "wrangler"):
        at, command = steps[0]
        yield Finding(at, f"the deploy is done by hand: `{project.shortened(command)}`", confidence="medium")
    elif capistrano := project.paths("Capfile", "config/deploy.rb"):
        yield Finding(
            Span(capistrano[0], 1), "the deploy is done by hand: Capistrano, which no pipeline of this repository runs", confidence="medium"
        )
    elif any(run.stops for run in project.delivery.tests):
        at = next(run.at for run in project.delivery.tests if run.stops)
        yield Skip("changes are tested; how they are deployed is not in this repository", at, verdict="partial")
    else:
        yield Skip("no deploy is described in this repository; the platform may do it by itself", verdict="unknown")


def deploys_by_hand(block):
    """A blueprint of Render in which every service has its automatic deploy switched off."""
    said = [entry.value.lower() for entry in block.find("services.*.autoDeploy")] + [
        entry.value for entry in block.find("services.*.autoDeployTrigger")
    ]
    return bool(said) and all(value in ("false", "no", "off") for value in said)


def pulled_in(project):
    """What fetches a change by itself, outside pipelines: GitOps in a cluster, a pipeline of the cloud that infrastructure code makes."""
    for block in project.blocks("k8s/Application", "k8s/ApplicationSet"):
        if any("syncPolicy.automated" in entry.key for entry in block.entries):
            return block.at, f"Argo CD applies what is merged ({block.name})"
    for block in project.blocks("k8s/Kustomization", "k8s/HelmRelease"):
        if "toolkit.fluxcd.io" in block.raw("apiVersion"):
            return block.at, f"Flux applies what is merged ({block.name})"
    for block in project.blocks("aws_codepipeline", "AWS::CodePipeline::Pipeline"):
        if any(entry.key.lower().endswith("category") and entry.value == "Deploy" for entry in block.entries):
            return block.at, f"{block.name} of CodePipeline deploys what its source brings"
    return None
