"""Judges: there is an environment before production, and both are targets of deploys."""

from prodlint import Finding, Project, Proof, Skip

PLATFORM = ("vercel", "netlify", "railway", "heroku-app", "procfile", "render")  # previews, or a second app, are switched on there
OWN_FILE = ("fly", "kamal", "app-yaml", "apprunner", "beanstalk", "copilot")


def check(project: Project):
    found = project.environments()
    targets = [each for each in found if each.bound]
    production = [each for each in targets if each.stage == "production"]
    before = [each for each in targets if each.stage == "before"]
    preview = [each for each in targets if each.stage == "preview"]
    deploys = [each for each in project.delivery.deploys if each.stage != "preview"]
    active = [each for each in deploys if not each.disabled]
    unnamed = [each for each in active if not each.stage]
    own = project.blocks(*OWN_FILE)
    settings = [each for each in found if not each.bound and each.how != "Dockerfile"]  # an image is built for every environment
    if before and (production or unnamed or own):
        first = production[0] if production else None
        at, word = (first.at, first.name) if first else (unnamed[0].at, unnamed[0].target) if unnamed else (own[0].at, own[0].name)
        yield Proof(at, f"production: {word}" + (f" ({first.how})" if first else ""))
        yield Proof(before[0].at, f"before production: {before[0].name} ({before[0].how})")
    elif preview and not before:
        yield Skip(f"only previews stand before production: {preview[0].name} ({preview[0].how})", preview[0].at, verdict="partial")
    elif before:
        yield Skip(f"{before[0].name} is a target ({before[0].how}); production is not named in the repository", before[0].at, verdict="unknown")
    elif settings and (deploys or project.blocks(*PLATFORM)) and not production:
        words = f"{settings[0].name} is named in settings ({settings[0].how}), but no environment is bound to a target of its own"
        yield Skip(words, settings[0].at, verdict="partial")
    elif any(each.node.job.bound and not each.node.job.environments for each in active):
        at = next(each.at for each in active if each.node.job.bound)
        yield Skip("which environments a deploy goes to is decided when it runs", at, verdict="unknown")
    elif project.blocks(*PLATFORM):
        at = project.blocks(*PLATFORM)[0].at
        yield Skip("the platform keeps its environments and previews on its own side", at, verdict="unknown")
    elif production or active or own:
        at = production[0].at if production else active[0].at if active else own[0].at
        yield Finding(at, "there is one target of deploys, and nothing stands before it: a change is first tried by its users", confidence="medium")
    elif deploys:
        yield Skip("the only deploy is switched off", deploys[0].at, verdict="unknown")
    else:
        yield Skip("no deploy is configured in this repository; environments may exist where it runs", verdict="unknown")
