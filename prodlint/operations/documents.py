"""What a repository's documents say to the people who run it: how to start it here, how to ship it, what to do when it breaks.

Knows: which files are documents for them, which headings speak of what, whether a command is one of this repository. Does not know: whether what
is written is true; documents that live elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from posixpath import dirname, join, normpath

import msgspec

from prodlint import regex as re
from prodlint.declared import Section
from prodlint.model import Span
from prodlint.operations.commands import Commands
from prodlint.operations.headings import BACK_ELSEWHERE, FAILURE_ELSEWHERE, RESTORE_ELSEWHERE, about_operations, brings_data_back, can_be_followed
from prodlint.operations.targets import deploys_to

_FOR_PEOPLE = re.compile(
    r"^(?:[\w.-]+/)?(?:README|READ_ME|DEVELOP\w*|CONTRIBUTING|HACKING|INSTALL\w*|SETUP|GETTING[_-]?STARTED|QUICK[_-]?START|RUNBOOK\w*|PLAYBOOK\w*|OPERATIONS?|OPS"
    r"|DEPLOY\w*|RELEAS\w*|HOSTING|SELF[_-]?HOST\w*|TROUBLESHOOT\w*|INCIDENT\w*|MAINTENANCE|FAQ|ADMIN\w*|GUIDE|ARCHITECTURE|LOCAL[\w-]*|DOCKER\w*|UPGRAD\w*|BACKUPS?)(?:[._-][\w-]+)?\.(?:md|mdx|rst|adoc|txt|markdown)$"
    r"|^(?:[\w.-]+/)?(?:README|RUNBOOK|INSTALL|HACKING)$"
    # where it is hosted comes first: RAILWAY_SETUP.md, PRODUCTION-DEPLOYMENT.md
    r"|^(?:[\w.-]+/)?(?:(?:RAILWAY|RENDER|HEROKU|VERCEL|NETLIFY|FLY|AWS|EC2|ECS|GCP|AZURE|DIGITAL_?OCEAN|DOKKU|COOLIFY|VPS|PRODUCTION|PROD|KUBERNETES|K8S|CLOUD_?RUN)"
    r"[_-](?:(?:EC2|ECS|EKS|APP|SERVER|FULL)[_-])?(?:SETUP|GUIDE|DEPLOY\w*|HOSTING|RUNBOOK)(?:[_-]GUIDE)?)\.(?:md|mdx|rst|adoc|txt|markdown)$"
    r"|^(?:[\w.-]+/)?(?:docs?|documentation|handbook|wiki|runbooks?|playbooks?|guides?|operations|ops|manual)/.*\.(?:md|mdx|rst|adoc|markdown)$|^\.github/(?:CONTRIBUTING|DEVELOP\w*|DEPLOY\w*|RUNBOOK)\.md$",
    re.I,
)
_NOT_THEM = re.compile(
    r"(?:^|/)(?:CLAUDE|AGENTS|GEMINI|CODEX|CONVENTIONS|SECURITY|CODE_OF_CONDUCT|SUPPORT|GOVERNANCE|ISSUE_TEMPLATE|PULL_REQUEST_TEMPLATE)\b|(?:^|/)(?:api-reference|changelogs?|blog|i18n|release-?notes|releases|user[-_]?(?:guides?|journeys?|manual)|design-?doc\w*|adrs?|rfcs?|decisions|proposals)/"
    r"|(?:^|/)(?:api[-_]?spec|openapi)|(?:^|/)(?:migrations|alembic)/README$"  # Alembic writes one line of its own there
    # what a model or a person planned is no guide: dev-sessions/, plans/, specs/, prompts/, tasks/
    r"|(?:^|/)(?:[\w-]*sessions?|plans?|planning|specs?|prompts?|tasks?|tickets|stories|prds?|features?|archived?|old|obsolete|research|meetings?|notes|ideas|ai|memory|memory-bank"
    r"|superpowers|phases?|sprints?|milestones?|roadmaps?|backlog|todos?)/|(?:^|/)(?:PLAN|PRD|TODO|ROADMAP|TASKS?|PROMPT|MEMORY|IMPLEMENTATION\w*|[\w-]*_(?:PLAN|SUMMARY|REPORT|AUDIT|ANALYSIS|EVAL|EVALUATION|JOURNEYS?))\.md$",
    re.I,
)
# the words for it in Spanish, Portuguese, French, German, Russian, Chinese, Japanese and Korean
_SHIP_ELSEWHERE = r"\bdespl(?:iegue|egar)|\bimplanta[çc]|\bd[ée]ploi(?:e|ement)|\bbereitstell|разв[её]ртыв|деплой|部署|デプロイ|배포"
_LOCAL_ELSEWHERE = (
    r"\binstala(?:ci[óo]n|[çc][ãa]o|r\b)|\bempezar\b|\bejecu(?:tar|ci[óo]n)|\bpuesta en marcha|\barrancar\b|\bcome[çc]ar\b"
    r"|\bcomo (?:rodar|executar|usar)"
    r"|\bd[ée]marr(?:age|er)|\blanc(?:er|ement)\b|\berste schritte|\bausf[üu]hr|\bstarten\b|\bavvi(?:o|are)\b|\bkurulum|установк|запуск|начало работы"
    r"|安装|启动|运行|快速开始|开发环境|インストール|起動|実行|開発|설치|실행|시작"
)
_BREAK_ELSEWHERE = (
    r"\b(?:soluci[óo]n|solu[çc][ãa]o|resolu[çc][ãa]o|resoluci[óo]n) de problemas|\bd[ée]pannage|\bfehler(?:behebung|suche)|\bproblembehandlung"
    r"|устранение (?:неполадок|проблем)|故障|トラブル|문제 ?해결"
)
LOCAL = re.compile(
    r"get(?:ting)?[ -]started|quick[ -]?start|\bset(?:ting)?[ -]?up\b|\binstall|\blocal"
    r"|\bdevelop|\brunning\b|\busage\b|\bhow to (?:run|start|use)|^run\b|\brun (?:the"
    r"|it|this|app|with|project|server|on)|\bstart(?:ing)? (?:the|up)"
    r"|\bbuild(?:ing)? (?:from|the)|\bbootstrap|\bdocker\b|\bcontribut|\brequirements\b|\bhands[- ]on\b|^start\b|\bgetting it running|\bdemo\b"
    rf"|{_LOCAL_ELSEWHERE}",
    re.I,
)
SHIP = re.compile(
    r"\bdeploy|\breleas(?:e|ing)\b(?! notes)|\bshipping (?:to|a)\b|\bproduction\b|\bhosting\b"
        r"|\bself[- ]host|\binfrastructure\b|\bgo(?:ing)? live\b|\bpublishing\b"
    rf"|\bcontinuous delivery\b|\bCI/CD\b|\brollout\b|{_SHIP_ELSEWHERE}", re.I,
)  # fmt: skip
_LOOSE = re.compile(
    rf"deploy|\bself[- ]host|\bgo(?:ing)? live\b|CI/CD|rollout|delivery|{_SHIP_ELSEWHERE}", re.I
)  # the rest of SHIP must also say "deploy" below
_WHERE_TESTED = re.compile(r"\b(?:e2e|tests?|testing)\b.{0,60}\bdeployed\b", re.I)  # "tests in deployed environments"
BREAK = re.compile(
    r"\brun ?books?\b|\bplaybooks?\b|\btroubleshoot|\bincident (?:response|handling"
        r"|procedures?|playbook|runbook|process)\b|^incidents$|\bon-?call\b|\broll(?:ing)?[- ]?back\b"
    r"|\bdisaster\b|\brecover(?:y|ing)\b|\boutages?\b|\bknown (?:issues|problems|gotchas)\b|\bcommon (?:issues|problems|errors)\b"
    r"|\bwhen (?:things|something|it) (?:break|goes|go|fails)|\brestor(?:e|ing) (?:a |the |from |data)|\bpost-?mortem|\bemergenc|\bhot-?fix"
    rf"|{_BREAK_ELSEWHERE}|{BACK_ELSEWHERE}|{RESTORE_ELSEWHERE}|{FAILURE_ELSEWHERE}", re.I,
)  # fmt: skip
OPERATIONS = re.compile(
    r"\brun ?books?\b|\bplaybooks?\b|\bincident (?:resp|hand|proc|play|run)|\bon-?call\b"
    r"|\broll(?:ing)?[- ]?back\b|\bdisaster\b|\boutage|\brecovery\b|\brestor|\bhot-?fix"
    rf"|\bemergenc|{BACK_ELSEWHERE}|{RESTORE_ELSEWHERE}|{FAILURE_ELSEWHERE}",
    re.I,
)
_KEPT = re.compile(r"\brun ?books?\b|\bplaybooks?\b|\bon-?call\b|\bincident (?:response|process|guide)", re.I)
BACK = re.compile(rf"\broll(?:ing)?[- ]?back\b|\b(?:revert|undo)(?:ing)? (?:a|the) (?:deploy|release)|{BACK_ELSEWHERE}", re.I)
RESTORE = re.compile(rf"\brestor(?:e|es|ing|ation)\b|\bdisaster\b|\brecover(?:y|ing)\b(?! codes?)|\bpoint[- ]in[- ]time\b|{RESTORE_ELSEWHERE}", re.I)
_GUIDE = re.compile(
    r"(?:^|/)(?:README|(?:[\w-]*[-_])?(?:deploy\w*|operat\w*|run(?:ning|book)?s?|troubleshoot\w*|maint\w*|infra\w*|admin\w*|guide|faq|host\w*|install\w*|develop\w*|contribut\w*|set-?up|start\w*|hot-?fix"
    r"|releas\w*|incident\w*|rollbacks?|recover\w*|backups?|upgrad\w*|docker|local)(?:[-_][\w-]*)?|(?:guides?|operations|ops|admin\w*|deploy\w*|runbooks?|playbooks?|maintenance|hosting|self-host\w*"
    r"|infrastructure|development|troubleshoot\w*)/[^/]*)(?:\.\w+)?$", re.I,
)  # fmt: skip
_TEMPLATE = re.compile(
    r"easiest way to deploy your (?:Next\.js|Nuxt|Remix|Astro) app|bootstrapped with|Check out (?:our|the) \[?(?:Next\.js|deployment documentation)",
    re.I,
)
_RUNS = re.compile(
    r"^(?:sudo\s+)?(?:[A-Z_]+=\S+\s+)*(?:docker(?:-|\s+)compose\b|docker\s+(?:run|build)|podman|npm\s|yarn\b|pnpm\b|bun\b|npx\s|bunx\s|deno\s|make\b|just\b|task\b|python|pip3?\s|poetry\s|uv\s|pipenv\s|hatch\s|pdm\s|conda\s|mamba\s"
    r"|flask\s|uvicorn\s|gunicorn\s|hypercorn\s|daphne\s|streamlit\s|fastapi\s|celery\s|django-admin|\./|bash\s|sh\s|go\s+(?:run|build|install|get)|cargo\s|bundle\b|rails\b|bin/|rake\s|ruby\s|gem\s|php\s|composer\s|artisan|mvn\b|\./mvnw"
    r"|gradle|java\s|dotnet\s|mix\s|iex\s|supabase\s|fly(?:ctl)?\s|vercel\s|netlify\s|wrangler\s|heroku\s|skaffold|tilt\s|minikube|kubectl|helm\s|terraform\s|vagrant\s|nix\b|devbox|brew\s|apt|node\s|serve\s|tox\b|nox\b|invoke\s|inv\s|virtualenv\s)",
)
_STARTS = re.compile(
    r"\b(?:up|dev|start\w*|serve|runserver|uvicorn|server|watch|bootstrap|setup)\b|\bmake\s+(?:run|up|dev|start|serve)|\bflask\s+run\b|\brails\s+s"
)
# "Start it: python manage.py runserver", in a line of text
_IN_A_LINE = re.compile(r"[:：]\s*((?:python3?|gunicorn|uvicorn|flask|docker(?:-|\s+)compose|npm|yarn|pnpm|make)\s+\S.*)$")
_TIDIES = re.compile(r"(?:\s|:)(?:lint|fix|format|fmt|analy[sz]e|typecheck|pint|phpstan)(?::\w+)?(?=\s|$)|\b(?:black|ruff|eslint|prettier|rubocop)\b")
_MAKE = re.compile(r"^(?:make|just)\s+(?:-\S+\s+)*(?!-)([\w.:/-]+)")
_SCRIPT = re.compile(r"^(?:npm|yarn|pnpm|bun)\s+(?:--?\S+\s+)*(?:run(?:-script)?\s+)?([\w:.-]+)")
_BUILT_IN = frozenset(
    {
        "install",
        "i",
        "ci",
        "add",
        "remove",
        "update",
        "upgrade",
        "exec",
        "dlx",
        "create",
        "init",
        "start",
        "test",
        "link",
        "audit",
        "publish",
        "pack",
        "login",
        "cache",
        "config",
        "set",
        "get",
        "version",
        "why",
        "dedupe",
        "import",
        "rebuild",
        "prune",
        "workspaces",
        "workspace",
        "up",
    }
)
MAX_DOCUMENTS = 600


class Part(msgspec.Struct, frozen=True):
    """A heading with all that stands below it, down to the next of its level. above: the headings that it stands under, without the title."""

    head: Section
    inner: tuple[Section, ...]
    above: tuple[str, ...] = ()

    @property
    def at(self) -> Span:
        return self.head.at

    @property
    def heading(self) -> str:
        return self.head.heading

    @property
    def path(self) -> str:
        return self.head.path

    def said(self, *keys: str) -> list[tuple[Span, str]]:
        return [entry for section in (self.head, *self.inner) for entry in section.said(*keys)]


def parts(sections: Iterable[Section]) -> Iterator[Part]:
    """Every heading with its extent, in order; of documents for the people who run the app."""
    by_path: dict[str, list[Section]] = {}
    listed = list(sections)
    pointed = {  # what the topmost README sends its reader to
        normpath(link.partition("#")[0]) for section in listed if _is_topmost_readme(section.path) for _, link in section.said("link")
    }
    for section in listed:
        if (_FOR_PEOPLE.search(section.path) or section.path in pointed) and not _NOT_THEM.search(section.path):
            by_path.setdefault(section.path, []).append(section)
    for path in sorted(by_path, key=lambda path: (path.count("/"), path))[:MAX_DOCUMENTS]:
        own = by_path[path]
        over: list[Section] = []
        for number, section in enumerate(own):
            level = section.level
            while over and over[-1].level >= level:
                over.pop()
            above = tuple(each.heading for each in over if each.level > 1)
            over.append(section)
            end = number + 1
            while end < len(own) and own[end].level > max(level, 1) and level:
                end += 1
            yield Part(section, tuple(own[number + 1 : end]), above)


def _is_topmost_readme(path: str) -> bool:
    return "/" not in path and path.upper().startswith("README")


class Documents:
    """The parts of all documents, asked for what they tell."""

    def __init__(self, found: Iterable[Part], commands: Commands, exists: Callable[[str], bool]) -> None:
        self.parts = tuple(found)
        self._commands, self._exists = commands, exists

    def local(self) -> list[tuple[Part, Span, str]]:
        """Parts that say how to run the app here, with the first command that is one of this repository."""
        out = []
        for part in self.parts:
            title = part.heading if part.head.level and len(part.heading.split()) < 12 else ""  # a sentence is no title
            told = LOCAL.search(title) or LOCAL.search(part.path.rpartition("/")[2].replace("_", " "))
            readme = part.path.upper().startswith("README")  # whatever its language: there a command that starts something is enough
            if told or readme:
                lines = [(at, found[1]) for at, text in part.head.said("bullet", "step", "text") if readme and (found := _IN_A_LINE.search(text))]
                for at, command in [*(part.said("command", "inline") if told else part.head.said("command")), *lines]:
                    command = command.removeprefix("$")
                    if (not told and not _STARTS.search(command)) or _TIDIES.search(command):
                        continue
                    if _RUNS.match(command) and not self.dead(command, dirname(part.path)):
                        out.append((part, at, command))
                        break
        return sorted(out, key=lambda each: (not _STARTS.search(each[2]), each[0].path.count("/"), not each[0].path.upper().startswith("README")))

    def elsewhere(self) -> tuple[Part, str] | None:
        """A part that says how to run the app by a link out of the repository."""
        for part in self.parts:
            if _is_topmost_readme(part.path) and LOCAL.search(part.heading):
                for _, link in part.said("link"):
                    if link.startswith("http"):
                        return part, link
                for _, text in part.said("text"):
                    found = re.search(r"https?://\S+", text)
                    if found:
                        return part, found.group()
        return None

    def ship(self) -> list[Part]:
        """Parts that say how a release reaches production, and not only where it is hosted."""
        out = []
        for part in self.parts:
            named = SHIP.search(part.heading) if part.head.level and not _WHERE_TESTED.search(part.heading) else None
            whole = SHIP.search(part.path.rpartition("/")[2].replace("_", " ").replace("-", " ")) and part.head.level <= 1
            texts = part.said("text")
            commands = [command for _, command in part.said("command")]
            buttons = any(re.search(r"vercel\.com/(?:new|import|button)|render\.com/deploy|heroku\.com/deploy"
                r"|railway\.(?:app|com)/(?:new|template|deploy)|deploy\.cloud\.run|app\.netlify\.com/start", link) and "default-template" not in link
                          for _, link in part.said("link"))  # fmt: skip
            if buttons and (named or part.head.level <= 2):
                out.append(part)
            elif named or whole:
                if any(_TEMPLATE.search(text) for _, text in texts):
                    continue
                told = " ".join([*(text for _, text in texts), *(text for _, text in part.said("step", "bullet", "inline")), *commands])
                if named and not _LOOSE.search(part.heading) and not re.search(r"deploy|\bserver\b|docker|gunicorn|nginx|systemd", told, re.I):
                    continue
                telling = bool(commands) or bool(part.said("step", "code")) or len(texts) >= 3 or len(part.said("inline", "link")) >= 2
                if telling:
                    out.append(part)
            elif any(deploys_to(command) for _, command in part.head.said("command")):
                out.append(part)
        return sorted(out, key=lambda part: (_LOOSE.search(f"{part.heading} {part.path}") is None, part.path.count("/")))

    def template(self) -> Part | None:
        """The words of a scaffolding tool about deploys, which nobody has changed."""
        return next((part for part in self.parts if SHIP.search(part.heading) and any(_TEMPLATE.search(text) for _, text in part.said("text"))), None)

    def broken(self) -> list[Part]:
        """Parts that say what to do when the running app fails, those about operations first."""
        found = [part for part in self.parts if self._speaks(part, BREAK) and can_be_followed(part) and about_operations(part.heading)]
        found = [part for part in found if _GUIDE.search(part.path) or OPERATIONS.search(f"{part.heading} {part.path}")]
        return sorted(found, key=lambda part: (OPERATIONS.search(f"{part.heading} {part.path}") is None, part.path.count("/")))

    def kept_elsewhere(self) -> tuple[Part, str] | None:
        """A part of the topmost README that says where, outside this repository, it is written what to do when the app breaks."""
        for part in self.parts:
            if not _is_topmost_readme(part.path) or not part.head.level:
                continue
            if any(_KEPT.search(text) for text in (part.heading, *(text for _, text in part.head.said("text", "bullet")))):
                link = next((link for _, link in part.head.said("link") if link.startswith("http")), "")
                if link:
                    return part, link
        return None

    def back(self) -> Part | None:
        """The part that says how a release is undone."""
        return next(
            (
                part
                for part in self.parts
                if self._speaks(part, BACK) and can_be_followed(part) and not re.search(r"migrat|transaction", f"{part.heading} {part.path}", re.I)
            ),
            None,
        )

    @staticmethod
    def _speaks(part: Part, form: re.Pattern[str]) -> bool:
        name = part.path.rpartition("/")[2].replace("_", " ").replace("-", " ")
        return form.search(part.heading) is not None or (part.head.level <= 1 and form.search(name) is not None)

    def restoring(self) -> Part | None:
        """A part that says how data comes back from a copy, with something to do."""
        return next((part for part in self.parts if self._speaks(part, RESTORE) and brings_data_back(part)), None)

    # ------------------------------------------------------------ commands and links
    def dead(self, command: str, folder: str = "") -> str:
        """Why a command cannot run here: it names what the repository does not have; "" where nothing speaks against it."""
        bare = re.sub(r"^(?:sudo\s+)?(?:[A-Z_]+=\S+\s+)*", "", command)
        first = re.split(r"\s*(?:&&|;|\|\|?)\s*", bare)[0]
        if re.search(r"[<>{}\[\]…]|\.\.\.", first) or "cd " in command:
            return ""
        found = _MAKE.match(first)
        if found and self._commands.knows_targets and not self._commands.has_target(found.group(1), folder):
            return f"there is no target {found.group(1)}"
        found = _SCRIPT.match(first)
        if found and re.match(r"(?:npm|pnpm|yarn|bun)\s+(?:--?\S+\s+)*run(?:-script)?\s", first):
            name = found.group(1)
            if self._commands.packages and name not in _BUILT_IN and not self._commands.has_package_script(name):
                return f"no package has the script {name}"
        script = re.match(r"(?:(?:ba|z)?sh\s+)?(\./[\w./-]+\.(?:sh|py|js|rb|pl))\b", first)
        inside = script is not None and (normpath(script.group(1)).count("/") == 0 or self._exists(dirname(normpath(script.group(1)))))
        if script and inside and not any(self._exists(normpath(join(base, script.group(1)))) for base in {folder, ""}):
            name = script.group(1).rpartition("/")[2]
            if not self._exists(f"**/{name}"):
                return f"there is no file {script.group(1)}"
        return ""

    def commands(self) -> Iterator[tuple[Part, Span, str]]:
        """Every command of the documents that names something of a repository: a target, a script, a file."""
        for part in self.parts:
            for at, command in part.head.said("command"):
                if re.match(r"(?:cd|pushd|git\s+clone|mkdir)\s", command):
                    break  # what follows happens in another folder
                if _MAKE.match(command) or _SCRIPT.match(command) or re.match(r"(?:(?:ba|z)?sh\s+)?\./", command):
                    yield part, at, command

    def links(self) -> Iterator[tuple[Span, str, str]]:
        """(place, link, path it means) of relative links to files."""
        for part in self.parts:
            for at, link in part.head.said("link"):
                target = link.partition("#")[0].partition("?")[0]
                if not target or re.match(r"[a-z][\w+.-]*:|//|mailto|\{|<|/|@", target, re.I) or "{" in target or " " in target or "$" in target:
                    continue
                if part.path.endswith((".md", ".markdown", ".mdx")) and re.search(r"\.\w{1,5}$", target):
                    yield at, link, self._nearest(dirname(part.path), target.replace("%20", " "))

    def _nearest(self, folder: str, target: str) -> str:
        """The path that a link means: from the document's folder, or, as generators of sites read it, from a folder above."""
        first = normpath(join(folder, target))
        above = folder
        while above:
            if self._exists(normpath(join(above, target))):
                return normpath(join(above, target))
            above = dirname(above)
        return normpath(target) if self._exists(normpath(target)) else first
