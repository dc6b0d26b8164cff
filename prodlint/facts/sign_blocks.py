"""Source files in languages that prodlint does not parse, and shell scripts, as signs: lines that set up monitoring, serve health, copy data.

Knows: what such a line looks like (an initialisation call, not a mention). Does not know: whether it is reached. Python is not read here:
its calls are resolved by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from prodlint import regex as re
from prodlint.facts import cdk_blocks
from prodlint.facts.asides import vendored
from prodlint.facts.blocks import SHELL
from prodlint.model import Block, Entry, Problem

MAX_SIGNS = 200  # of one file
MAX_LINES = 1500  # of one shell script

# word -> what the line must hold; a plain word that must occur somewhere before the pattern is tried
SIGNS: tuple[tuple[str, str, str], ...] = (
    ("error-tracking", "entry", r"\b(?:Sentry|SentrySdk)\.(?:init|Init)\b|\bsentry\.Init\(|\\Sentry\\init\(|\bsentry::init\("),
    ("error-tracking", "ugsnag", r"\b[Bb]ugsnag\.(?:start|init|configure|Configure)\("),
    ("error-tracking", "ollbar", r"\bnew Rollbar\(|\bRollbar\.(?:init|configure|SetToken)\b|\brollbar\.SetToken\("),
    ("error-tracking", "oneybadger", r"\bHoneybadger\.configure\b|\bhoneybadger\.Configure\("),
    ("error-tracking", "newrelic", r"""require\(\s*['"]newrelic['"]\)|^import\s+['"]newrelic['"]|\bnewrelic\.NewApplication\("""),
    ("error-tracking", "dd-trace", r"""['"]dd-trace(?:/init)?['"]"""),
    ("error-tracking", "atadog", r"\bdatadogRum\.init\(|\bdatadogLogs\.init\(|\btracer\.Start\("),
    ("error-tracking", "elemetry", r"\bnew NodeSDK\(|\bregisterOTel\(|\bsdktrace\.NewTracerProvider\("),
    ("error-tracking", "nsights", r"\bapp[iI]nsights\.setup\(|\bnew ApplicationInsights\("),
    ("error-tracking", "posthog", r"\bposthog\.captureException\(|\bcaptureException\([^)]*posthog"),
    ("error-tracking", "LogRocket", r"\bLogRocket\.init\("),
    ("error-tracking", "H.init", r"\bH\.init\("),
    ("error-tracking", "nsights", r"\bAddApplicationInsights\w*\(|\bConfigureFunctionsApplicationInsights\("),
    ("error-tracking", "entry", r"\b(?:Use|Add)Sentry\(|^config\s+:sentry\b|\bSentry\.(?:PlugCapture|PlugContext|LoggerHandler|LoggerBackend)\b"),
    ("error-tracking", "ppsignal", r"^config\s+:appsignal\b|\bAppsignal\.(?:start|configure|Phoenix|Plug)\b"),
    ("error-tracking", "oneybadger", r"^config\s+:honeybadger\b"),
    ("error-tracking", "elemetry", r"\bAddOpenTelemetry\(|\bOpentelemetryPhoenix\.setup\("),
    ("structured-logs", "erilog", r"\b(?:Use|Add)Serilog\("),
    ("structured-logs", "LoggerJSON", r"\bLoggerJSON\b"),
    ("structured-logs", "ogger", r"\b[Ff]astify\(\s*\{[^{}]{0,300}?\blogger\s*(?::\s*(?!\s|false)|[,}])"),
    ("error-tracking", "irbrake", r"\bAirbrake\.configure\b"),
    ("structured-logs", "pino", r"\bpino(?:Http)?\(\s*[{)\w]"),
    ("structured-logs", "winston", r"\bwinston\.createLogger\(|\bcreateLogger\("),
    ("structured-logs", "bunyan", r"\bbunyan\.createLogger\("),
    ("structured-logs", "log4js", r"\blog4js\.configure\("),
    ("structured-logs", "slog", r"\bslog\.New(?:JSONHandler|TextHandler)?\("),
    ("structured-logs", "zap", r"\bzap\.New(?:Production|Development)?\("),
    ("structured-logs", "zerolog", r"\bzerolog\.(?:New\(|ConsoleWriter\{|SetGlobalLevel\()"),
    ("structured-logs", "logrus", r"\blogrus\.(?:New|SetFormatter)\("),
    ("structured-logs", "lograge", r"\blograge\.enabled\s*=\s*true"),
    ("structured-logs", "Logtail", r"\bnew (?:Logtail|LogtailTransport)\("),
    ("structured-logs", "xiom", r"\bnew Axiom\w*\(|\bwithAxiom\("),
    ("chat-alert", "WEBHOOK", r"\b\w*(?:SLACK|DISCORD|TEAMS)\w*WEBHOOK\w*\b"),
    ("chat-alert", "hooks.slack.com", r"hooks\.slack\.com/services"),
    ("metrics", "prom", r"\bcollectDefaultMetrics\(|\bpromhttp\.Handler\(|\bprometheus\.MustRegister\(|\bpromauto\.New"),
    ("metrics", "Prom", r"\bexpressPromBundle\(|\bPrometheusExporter\("),
    ("metrics", "tatsd", r"\bnew (?:StatsD|HotShots)\(|\bstatsd\.New\("),
    ("metrics", "eriodicExportingMetricReader", r"\bnew PeriodicExportingMetricReader\("),
    ("health-route", "hea", r"""['"`](?:/[\w-]+){0,2}/(?:api/)?_?(?:health|healthz|healthcheck|health-check|health_check)/?['"`]"""),
    ("health-route", "live", r"""['"`](?:/[\w-]+){0,2}/(?:livez|readyz|liveness|readiness)/?['"`]"""),
    ("health-route", "/ping", r"""\.(?:get|GET|all|HandleFunc|Get)\(\s*['"`]/ping['"`]"""),
    ("health-route", "rails/health", r"rails/health#show"),
    ("dump", "dump", r"\b(?:pg_dump(?:all)?|mysqldump|mariadb-dump|mongodump|sqlite3\b.*\.backup|sqlite3\b.*\.dump)\b"),
    ("dump", "backup", r"\b(?:pgbackrest|wal-g|barman|restic)\s+backup|\bwal-g\s+backup-push|\bpg_basebackup\b|\blitestream\s+replicate"),
    ("dump", "litestream", r"\blitestream\s+replicate"),
    ("off-machine", "s3", r"\baws\s+s3\s+(?:cp|sync|mv)\b|\bs3cmd\s+put|\bs3://"),
    ("off-machine", "rclone", r"\brclone\s+(?:copy|sync|move)"),
    ("off-machine", "gs", r"\bgsutil\s+(?:-m\s+)?(?:cp|rsync)|\bgcloud\s+storage\s+cp"),
    ("off-machine", "az ", r"\baz\s+storage\s+blob\s+upload"),
    ("off-machine", "restic", r"\brestic\s+backup"),
    ("off-machine", "borg", r"\bborg(?:matic)?\s+create"),
    ("off-machine", "rsync", r"\brsync\b[^\n]*\w@?[\w.-]+:"),
    ("restore", "restore", r"\bpg_restore\b|\bmongorestore\b"),
    ("manual-deploy", "ssh", r"\bssh\s+(?:-\S+\s+(?:\S+\s+)?)*\S*@\S+"),
    ("manual-deploy", "git pull", r"\bgit\s+pull\b"),
    ("manual-deploy", "scp", r"\b(?:scp|rsync)\s+[^\n]*\S+@?\S+:\S*"),
    ("last-resort", "omponentDidCatch", r"\bcomponentDidCatch\s*\("),
    ("last-resort", "ErrorBoundary", r"<(?:\w+\.)?ErrorBoundary\b|\bexport\s+(?:default\s+)?(?:function|const)\s+ErrorBoundary\b"),
    ("last-resort", "next", r"\.use\(\s*(?:async\s*)?(?:function\s*\w*\s*)?\(\s*_?e(?:rr(?:or)?)?\w*(?:\s{0,9}:\s{0,9}[\w.<>| ]{1,80})?\s{0,9},"
        r"\s*\w+[^,()]*,\s*\w+[^,()]*,\s*\w+"),
    # the same in a module of its own, whatever the app calls it where it is used
    ("last-resort", "next", r"\b(?:export\s+default|module\.exports\s*=)\s*(?:async\s*)?(?:function\s*\w*\s*)?\(\s*_?e(?:rr(?:or)?)?\w*"
        r"(?:\s{0,9}:\s{0,9}[\w.<>|][\w.<>| ]{0,80})?\s{0,99},\s*\w+[^,()]*,\s*\w+[^,()]*,\s*_?next\b"),
    ("last-resort", "ErrorRequestHandler", r"\w\s*:\s*(?:\w+\.)?ErrorRequestHandler(?:<[^=\n]{0,60}>)?\s*="),
    ("last-resort", "rror", r"\b(?:setErrorHandler|setupExpressErrorHandler|setupFastifyErrorHandler)\(|\b(?:app|router|api|server)\.onError\("),
    ("last-resort", "rror", r"\.use\(\s*(?:\w+\.)*(?:\w*[eE]rror(?:_?[hH]andl(?:er|ing)|_?[mM]iddleware|_?[cC]onverter|s)*|handle\w*Errors?)"
        r"\s*[,()]"),
    ("last-resort", "require", r"\.use\(\s*require\(\s*['\"`][^'\"`\n]*\b[eE]rrors?"
        r"(?:[-_.]?[hH]andler|[-_.]?[mM]iddleware)?s?(?:\.[cm]?[jt]s)?['\"`]\s*\)"),
    ("last-resort", "@Catch", r"@Catch\("),
    ("last-resort", "rescue_from", r"\brescue_from\s+\(?[A-Z:]"),
    ("last-resort", "ecover", r"\bmiddleware\.Recover(?:er|WithConfig)?\b|\bgin\.(?:Recovery|CustomRecovery|Default)\(|\brecover\.New\("
        r"|\bhandlers\.RecoveryHandler\("),
    ("last-resort", "Advice", r"@(?:Rest)?ControllerAdvice\b"),
    ("last-resort", "xception", r"->withExceptions\(|\bUseExceptionHandler\(|\bAddExceptionHandler<|\bextends\s+ExceptionHandler\b"),
    ("server", "isten", r"\b(?:app|server|fastify|httpServer)\.listen\(|\b\w+\.ListenAndServe(?:TLS)?\(|\bBun\.serve\(|\bDeno\.serve\("),
    ("server", "serve", r"\bBun\.serve\(|\bDeno\.serve\(|\bserve\(\s*(?:\{|async\b|\(\s*(?:_?req(?:uest)?|ctx)\b)"),
    ("server", "export", r"\bexport\s+(?:default\s+)?(?:async\s+)?function\s+(?:GET|POST|PUT|PATCH|DELETE|handler)\b"),
    ("server", "NextApiRe", r"\bNextApiRe(?:quest|sponse)\b"),
    ("pipeline-as-code", "ipeline", r"\bnew\s+(?:\w+\.)?CodePipeline\(|\bnew\s+codepipeline\.Pipeline\("
        r"|\bfrom\s+['\"]aws-cdk-lib/(?:aws-codepipeline|pipelines)['\"]"),
    ("server", "use server", r"""^['"]use server['"]"""),
)  # fmt: skip
# reads of environment variables; what follows or precedes one that has a fallback
ENVIRONMENT = re.compile(
    r"""(?x)\b(?:process|Bun)\.env(?:\.|\[['"])(?P<js>[A-Z][A-Z0-9_]{2,}) | \bDeno\.env\.get\(\s*['"](?P<deno>[A-Z][A-Z0-9_]{2,})['"]\s*\)
    | \bimport\.meta\.env\.(?P<vite>[A-Z][A-Z0-9_]{2,}) | \bos\.Getenv\(\s*"(?P<go>[A-Z][A-Z0-9_]{2,})"\)
    | \bENV\.fetch\(\s*['"](?P<rb>[A-Z][A-Z0-9_]{2,})['"]\)
    | \bSystem\.getenv\(\s*"(?P<jvm>[A-Z][A-Z0-9_]{2,})"\s*\)
    | \bGetEnvironmentVariable\(\s*"(?P<cs>[A-Z][A-Z0-9_]{2,})"\s*\) | \benv::var\(\s*"(?P<rs>[A-Z][A-Z0-9_]{2,})"\s*\)"""
)
_FALLBACK = re.compile(r"""['"]?\]?\)*\s*(?:\|\||\?\?|\?(?![.:])|&&|[=!]==?|\bor\b|\.unwrap_or|\.ok\(|\.or_else|=(?!=))""")
_ASKED = re.compile(r"(?:\bif\s*\(?\s*!?|!!?|\?\s*|&&\s*|\|\|\s*|\bunless\s+|[=!]==?\s*|\bdelete\s+|\bin\s+|\belsif\s+|\breturn\s+!)$")
_IN_SHELL = {"manual-deploy", "dump", "off-machine", "restore"}  # commands: only a script runs them


def _by_needle(words: Callable[[str], bool]) -> dict[str, list[tuple[str, re.Pattern]]]:
    """The signs under the plain word that they need, so that a text is asked once for each such word."""
    out: dict[str, list[tuple[str, re.Pattern]]] = {}
    for word, needle, pattern in SIGNS:
        if words(word):
            out.setdefault(needle, []).append((word, re.compile(pattern, re.M)))
    return out


_ANYWHERE = _by_needle(lambda word: word not in _IN_SHELL)
_OF_SCRIPTS = _by_needle(lambda word: True)
_COMMENT = re.compile(r"^\s*(?://|#(?!\[)|\*|--|/\*)")


def _is_built(text: str) -> bool:
    """Minified or bundled: its lines are longer than anybody writes them."""
    return len(text) > 20_000 and len(text) > 200 * (text.count("\n") + 1)


def read(path: str, text: str) -> tuple[tuple[Block, ...], tuple[Problem, ...]]:
    """One block of kind "signs" where the file has any; entries: the sign's word and the text that showed it."""
    if _is_built(text) or vendored(path):
        return (), ()
    found: list[Entry] = []
    shell = path.endswith((".sh", ".bash")) or SHELL.match(text) is not None
    signs = _OF_SCRIPTS if shell else _ANYWHERE
    for word, pattern in (sign for needle, listed in signs.items() if needle in text for sign in listed):
        for match in pattern.finditer(text):
            start = text.rfind("\n", 0, match.start()) + 1
            end = text.find("\n", match.end())
            line = text[start : end if end >= 0 else len(text)]
            if _COMMENT.match(line):
                continue
            number = text.count("\n", 0, match.start()) + 1
            found.append(Entry(word, match.group()[:80], "string", number, match.start() - start + 1))
            if len(found) >= MAX_SIGNS:
                break
    found += _variables(text) if not shell else ()
    name = path.rpartition("/")[2]
    script = (Block("script", name, 1, text.count("\n") + 1, tuple(_commands(text))),) if shell else cdk_blocks.read(text)
    if not found:
        return script, ()
    found.sort(key=lambda entry: (entry.line, entry.column, entry.key))
    return (*script, Block("signs", name, found[0].line, found[-1].line, tuple(found[:MAX_SIGNS]))), ()


def _variables(text: str) -> Iterator[Entry]:
    """The first read of each environment variable: "env", or "env-optional" where any read has a fallback or asks whether it is set."""
    if "env" not in text and "ENV" not in text and "nviron" not in text:
        return
    out: dict[str, Entry] = {}
    for match in ENVIRONMENT.finditer(text):
        start = text.rfind("\n", 0, match.start()) + 1
        before = text[start : match.start()]
        if _COMMENT.match(before) or len(out) >= MAX_SIGNS:
            continue
        name = match.group(match.lastgroup or 0)
        optional = _FALLBACK.match(text, match.end()) is not None or _ASKED.search(before) is not None
        known = out.get(name)
        if known is None or (optional and known.key == "env"):
            out[name] = Entry(
                "env-optional" if optional else "env", name, "string", text.count("\n", 0, match.start()) + 1, match.start() - start + 1
            )
    yield from out.values()


def _commands(text: str) -> Iterator[Entry]:
    """The commands of a shell script, continued lines joined."""
    pending, start = "", 0
    for number, line in enumerate(text.split("\n")[:MAX_LINES], 1):
        bare = line.strip()
        if not pending and (not bare or bare.startswith("#")):
            continue
        start = start if pending else number
        pending = f"{pending} {bare.removesuffix(chr(92)).strip()}".strip()
        if not bare.endswith(chr(92)):
            yield Entry("line", pending[:400], "string", start)
            pending = ""
