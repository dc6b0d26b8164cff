"""Judges: somebody is told when the app fails its users."""

from prodlint import Finding, Project, Proof, Skip

SERVICES = (
    "aws_ecs_service", "aws_apprunner_service", "aws_elastic_beanstalk_environment", "google_cloud_run_service", "google_cloud_run_v2_service",
    "azurerm_linux_web_app", "azurerm_container_app", "AWS::ECS::Service", "AWS::AppRunner::Service",
)  # fmt: skip


def check(project: Project):
    alerts = project.alerts()
    told = [each for each in alerts if each.told]
    services = project.blocks(*SERVICES)
    mails = project.watching("mail")
    records = next((found for sort in ("tracker", "logs", "chat", "plain-logs", "logger") if (found := project.watching(sort))), [])
    if told:
        yield from (Proof(each.at, f"{each.name} tells somebody") for each in told[:5])
    elif alerts:
        yield Skip(f"{alerts[0].name} is a rule, and whom it tells is not in the repository", alerts[0].at, verdict="partial")
    elif mails:
        yield Skip(f"{mails[0].words}: each of them, and of errors alone", mails[0].at, verdict="partial")
    elif services:
        words = f"{services[0].name} is declared as code, and no alert is: nobody is told when it fails"
        yield Finding(services[0].at, words, confidence="medium", subject={"resource": services[0].name})
    elif records:
        yield Skip("errors are recorded, and no alert is in the repository; a vendor may have one", records[0].at, verdict="partial")
    else:
        yield Skip("no alert is in the repository, and nothing that could have one", verdict="unknown")
