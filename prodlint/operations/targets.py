"""Where a command or an action deploys to: the tools and platforms by the words that start a deploy.

Knows: command lines, actions of GitHub, jobs of orbs. Does not know: whether the command runs, or what it deploys.
"""

from __future__ import annotations

from prodlint import regex as re

DEPLOY_COMMANDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("Fly", r"\b(?:flyctl|fly)\s+deploy\b"),
        ("Railway", r"\brailway(?:@[\w.]+|/cli(?:@[\w.]+)?)?\s+(?:up|redeploy)\b"),
        ("Vercel", r"\bvercel(?:@[\w.]+)?\s+(?:deploy\b|--prod\b|(?:--?\S+\s+)*--prod\b)"),
        ("Netlify", r"\b(?:netlify|ntl)(?:-cli)?(?:@[\w.]+)?\s+deploy\b"),
        ("Render", r"api\.render\.com/(?:deploy|v1/services/[^\s\"]*/deploys)"
            r"|\brender\s+(?:deploys?\s+create|deploy)\b|\bRENDER_DEPLOY_HOOK\w*|\brender\w*deploy\w*hook"),
        ("a deploy hook", r"\bcurl\b[^\n]*(?:deploy[_-]?hook|DEPLOY_HOOK|DEPLOY_WEBHOOK|deploy[_-]webhook)"),
        ("Heroku", r"\bgit\s+push\b[^\n]*heroku|\bheroku\s+container:release\b|\bheroku\s+builds:create\b"),
        ("Dokku", r"\bgit\s+push\b[^\n]*dokku|\bdokku\s+(?:git:sync|ps:rebuild|deploy)\b"),
        ("Amazon ECS", r"\baws\s+ecs\s+update-service\b|\becs\s+deploy\b|\becspresso\s+deploy\b|\becs-deploy\b"),
        ("AWS Lambda", r"\baws\s+lambda\s+update-function-code\b|\bzappa\s+(?:deploy|update)\b|\bchalice\s+deploy\b"),
        ("AWS SAM", r"\bsam\s+deploy\b"),
        ("AWS CDK", r"\bcdk\s+deploy\b"),
        ("CloudFormation", r"\baws\s+cloudformation\s+(?:deploy|update-stack|create-stack)\b"),
        ("CodeDeploy", r"\baws\s+deploy\s+create-deployment\b"),
        ("Serverless", r"\b(?:serverless|sls|osls)\s+deploy\b"),
        ("SST", r"\bsst\s+deploy\b"),
        ("Elastic Beanstalk", r"\beb\s+deploy\b|\baws\s+elasticbeanstalk\s+update-environment\b"),
        ("App Runner", r"\baws\s+apprunner\s+(?:start-deployment|update-service)\b"),
        ("Copilot", r"\bcopilot\s+(?:\w+\s+)?deploy\b"),
        ("Amplify", r"\bamplify\s+(?:publish|push)\b|\baws\s+amplify\s+start-(?:job|deployment)\b"),
        ("Cloud Run", r"\bgcloud\s+(?:beta\s+)?run\s+(?:deploy|services\s+(?:update|replace))\b"),
        ("App Engine", r"\bgcloud\s+(?:beta\s+)?app\s+deploy\b"),
        ("Cloud Functions", r"\bgcloud\s+(?:beta\s+)?functions\s+deploy\b"),
        ("Cloud Deploy", r"\bgcloud\s+deploy\s+releases\s+create\b"),
        ("Azure", r"\baz\s+(?:webapp|functionapp|containerapp|container|staticwebapp|deployment)\s+(?:\w+\s+)?(?:deploy"
            r"|up|update|create|restart|set|config-zip)\b|\bazd\s+(?:deploy|up)\b"),
        ("Kubernetes", r"\bkubectl\s+(?:[^\n|;&]*\s)?(?:apply|set\s+image|rollout\s+restart|replace)\b"
            r"|\bkrane\s+(?:deploy|global-deploy)\b|\bkubernetes-deploy\s|\bskaffold\s+(?:run|deploy)\b|\bkustomize\s+build\b[^\n]*\|\s*kubectl"),
        ("Helm", r"\bhelm\s+(?:upgrade|install)\b|\bhelmfile\s+(?:[^\n]*\s)?(?:apply|sync)\b|\bwerf\s+converge\b"),
        ("Argo CD", r"\bargocd\s+app\s+(?:sync|set)\b"),
        ("OpenShift", r"\boc\s+(?:apply|rollout|start-build)\b"),
        ("Kamal", r"\bkamal\s+(?:deploy|redeploy)\b"),
        ("Capistrano", r"\bcap\s+\w+\s+deploy\b|\bmina\s+deploy\b|\bdep\s+deploy\b"),
        ("Ansible", r"\bansible-playbook\b"),
        ("Nomad", r"\bnomad\s+job\s+run\b|\bnomad\s+run\b|\blevant\s+deploy\b"),
        ("Docker Swarm", r"\bdocker\s+stack\s+deploy\b|\bdocker\s+service\s+update\b"),
        ("Cloud Foundry", r"\bcf[78]?\s+(?:push|blue-green-deploy)\b"),
        ("Aptible", r"\bgit\s+push\b[^\n]*aptible|\baptible\s+deploy\b"),
        ("Gigalixir", r"\bgit\s+push\b[^\n]*gigalixir"),
        ("Clever Cloud", r"\bclever\s+deploy\b|\bgit\s+push\b[^\n]*clever-cloud"),
        ("Platform.sh", r"\b(?:platform|upsun)\s+push\b"),
        ("Koyeb", r"\bkoyeb\s+(?:services?\s+(?:redeploy|update)|deploy)\b"),
        ("Convox", r"\bconvox\s+deploy\b"),
        ("Porter", r"\bporter\s+(?:apply|update)\b"),
        ("Cloud 66", r"\bcx\s+redeploy\b|hooks\.cloud66\.com/stacks/redeploy"),
        ("Hatchbox", r"app\.hatchbox\.io/webhooks/deployments"),
        ("Coolify", r"\bcurl\b[^\n]*/api/v1/deploy\?|\bcurl\b[^\n]*COOLIFY"),
        ("Supabase", r"\bsupabase\s+(?:db\s+push|functions\s+deploy|link\s+&&\s+supabase\s+db\s+push)\b"),
        ("Firebase", r"\bfirebase(?:-tools)?(?:@[\w.]+)?\s+(?:[^\n;&|]*\s)?deploy\b"),
        ("Cloudflare", r"\bwrangler(?:@[\w.]+)?\s+(?:pages\s+)?(?:deploy|publish)\b"),
        ("Deno Deploy", r"\bdeployctl\s+deploy\b"),
        ("Modal", r"\bmodal\s+deploy\b"),
        ("Trigger.dev", r"\btrigger\.dev(?:@[\w.]+)?\s+deploy\b"),
        ("Convex", r"\bconvex\s+deploy\b"),
        ("DigitalOcean", r"\bdoctl\s+apps\s+(?:create-deployment|update|create)\b|\bdoctl\s+serverless\s+deploy\b"),
        ("Scalingo", r"\bscalingo\s+(?:deploy|integration-link-manual-deploy)\b|git\s+push\b[^\n]*scalingo"),
        ("Terraform", r"\b(?:terraform|tofu|terragrunt)\s+(?:[^\n;&|]*\s)?apply\b"),
        ("Pulumi", r"\bpulumi\s+up\b"),
        ("a server over SSH", r"\bssh\b[^\n]*(?:docker(?:-|\s)compose|docker\s+(?:pull|run|stack)|git\s+(?:pull"
            r"|fetch)|systemctl|supervisorctl|pm2|deploy|\./)"),
        ("a server over SSH", r"\brsync\b[^\n]*\s\S*(?:@\S+|\$\{?\w+\}?|\}\}):\S*|\bscp\b[^\n]*\s\S*(?:@\S+|\$\{?\w+\}?|\}\}):\S*"),
    )
)  # fmt: skip
DEPLOY_ACTIONS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.I))
    for name, pattern in (
        ("Railway", r"railway"), ("Vercel", r"vercel-action|vercel[-/]deploy|/vercel"),
        ("Netlify", r"actions-netlify|netlify[-/].*deploy|netlify/actions"), ("Render", r"render[-/].*deploy|deploy.*render"),
        ("Heroku", r"heroku-deploy|deploy-to-heroku|heroku.*deploy|action-heroku"), ("Dokku", r"dokku/github-action"),
        ("Amazon ECS", r"(?:amazon|aws)-ecs-deploy"), ("CloudFormation", r"aws-cloudformation-(?:github-)?deploy"), ("CodeDeploy", r"codedeploy"),
        ("Elastic Beanstalk", r"beanstalk[-/]deploy"), ("AWS Lambda", r"lambda[-/].*deploy|deploy.*lambda"),
        ("App Runner", r"amazon-app-runner-deploy"), ("Cloud Run", r"deploy-cloudrun"), ("App Engine", r"deploy-appengine|app-engine-deploy"),
        ("Cloud Functions", r"deploy-cloud-functions"), ("Cloud Deploy", r"create-cloud-deploy-release"),
        ("Azure", r"azure/(?:webapps-deploy|functions-action|container-apps-deploy|k8s-deploy"
            r"|static-web-apps-deploy|aci-deploy|arm-deploy|appservice)|atlassian/azure-[\w-]*deploy"),
        ("Kubernetes", r"k8s[-/].*deploy|kubernetes.*deploy|deploy.*(?:k8s|kubernetes)|kubectl.*(?:apply"
            r"|action)|kubectl-run"), ("Helm", r"helm[-/].*(?:deploy|upgrade)|deploy.*helm|helm-upgrade"),
        ("Argo CD", r"argocd"), ("Ansible", r"action-ansible-playbook|ansible-playbook"), ("Kamal", r"kamal"),
        ("Firebase", r"action-hosting-deploy|firebase-action|firebase-deploy"), ("Cloudflare", r"cloudflare/(?:wrangler|pages)-action"),
        ("DigitalOcean", r"digitalocean/app_action"), ("Coolify", r"coolify"), ("CapRover", r"caprover"),
        ("Dokploy", r"dokploy"), ("Portainer", r"portainer.*(?:stack|deploy)"),
        ("a server over SSH", r"atlassian/(?:ssh-run|(?:scp|rsync|s?ftp)-deploy)"
            r"|appleboy/(?:ssh|scp)-action|easingthemes/ssh-deploy|rsync-deployments|ssh-action"
            r"|ftp-deploy-action|docker-.*-remote|remote-docker|docker-stack-deploy"),
        ("Capistrano", r"capistrano"), ("Serverless", r"serverless/github-action|serverless[-/].*deploy"), ("SST", r"sst[-/]deploy"),
    )
)  # fmt: skip
_ORB_DEPLOYS = re.compile(r"[\w-]+/deploy(?![\w-]*(?:message|status|notif))[\w-]*")  # a job of an orb of CircleCI, which names no version
_FLY_ACTION = re.compile(r"superfly/flyctl-actions(?:@|$)", re.I)
_PAGES = re.compile(r"gh-pages|deploy-pages|gh-deploy|docusaurus|mkdocs|storybook|chromatic|mike\s+deploy|pages\s+deploy\s+docs", re.I)


_HOOK = re.compile(
    r"\$\{\{\s{0,4}(?:secrets|vars|env)\.((?![A-Z_]{0,60}(?:SLACK|DISCORD|TEAMS|TELEGRAM|NOTIF))[A-Z_]{0,60}DEPLOY_?HOOK[A-Z_]{0,60})\s{0,4}\}\}"
)


def deploys_to(command: str) -> str:
    """The name of the target that the command deploys to; "" where it does not deploy (also for sites of documentation)."""
    if _PAGES.search(command) or "--dry-run" in command or "--build-only" in command or re.match(r"\s*(?:echo|printf|#)\b", command):
        return ""
    # an expression is one word, and the name of a hook that deploys says what it is; `SLACK_DEPLOY_HOOK` tells people
    plain = _HOOK.sub(r"\1", command) if "${{" in command else command
    plain = re.sub(r"\$\{\{.*?\}\}", "x", plain) if "${{" in plain else plain
    plain = re.sub(r"(?<!\S)([\"'])([^\"'\s]+)\1(?!\S)", r"\2", plain)  # a word in quotes is the word
    return next((name for name, pattern in DEPLOY_COMMANDS if pattern.search(plain)), "")


def action_deploys_to(uses: str, arguments: str = "") -> str:
    """The same for an action of GitHub; arguments: its `with`, as text."""
    if _PAGES.search(f"{uses} {arguments}"):
        return ""
    if _FLY_ACTION.search(uses):
        return "Fly" if "deploy" in arguments else ""
    if re.search(r"cloudflare/wrangler-action", uses, re.I) and "command" in arguments and not re.search(r"deploy|publish", arguments):
        return ""
    if re.search(r"firebase-action", uses, re.I) and "deploy" not in arguments:
        return ""
    if re.search(r"setup|install|login|configure|-cli@|cli-action", uses.rpartition("/")[2], re.I) and "deploy" not in uses.rpartition("/")[2]:
        return ""
    named = next((name for name, pattern in DEPLOY_ACTIONS if pattern.search(uses)), "")
    return named or (f"wherever {uses} says" if _ORB_DEPLOYS.fullmatch(uses) else "")
