"""Environment variables: which ones the code requires, and which ones are written down.

Knows: reads without a default in Python (`os.environ["X"]`, `env("X")`, `config("X")`), bare reads in other languages, lists of names in example
files, documents and platform files. Does not know: settings classes; names that are computed; whether an absent name is caught.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prodlint import ir
from prodlint import regex as re
from prodlint.declared import Declared, Section
from prodlint.model import Span
from prodlint.names import Names, Scope
from prodlint.operations.python_signs import nodes

_NAME = re.compile(r"^[A-Z][A-Z0-9_]{2,}$")
_WORD = re.compile(r"\b[A-Z][A-Z0-9_]{2,}\b")
_READERS = re.compile(r"(?:environs\.Env|environ\.Env)$|(?:environs|environ)\.(?:Env|FileAwareEnv)\.")
_PLATFORM = frozenset({"HOME", "PATH", "USER", "PORT", "CI", "HOSTNAME", "PWD", "SHELL", "TMPDIR", "LANG", "TZ"})

# what platforms, tools and shells set by themselves
_GIVEN = re.compile(
    r"NODE_ENV|CI|LOG_LEVEL|TERM|EDITOR|COLUMNS|NO_COLOR|FORCE_COLOR|DEBUG|ANALYZE|TMP|TEMP|APPDATA|LOCALAPPDATA|USERPROFILE|USERNAME|LOGNAME|DYNO"
    r"|HTTPS?_PROXY|NO_PROXY"
    r"|PROD|DEV|SSR|MODE|BASE_URL|GOOGLE_APPLICATION_CREDENTIALS|DOCKER_HOST|KUBECONFIG|KUBERNETES_\w+|FUNCTIONS_\w+|PROJECT_ROOT"
    r"|(?:VERCEL|NEXT|NETLIFY|RAILWAY|RENDER|FLY|HEROKU|K|GAE|GITHUB|GITLAB|CI|CF_PAGES|AWS_LAMBDA|WEBSITE|XDG|npm|GITPOD|CODESPACE\w*|NX|TURBO|JEST|VITEST)_\w*"
    r"|VERCEL|NETLIFY|RENDER|AWS_REGION|AWS_DEFAULT_REGION|AWS_EXECUTION_ENV|AWS_ACCESS_KEY_ID|AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN"
)
_OF_SUPABASE = re.compile(r"SUPABASE_(?:URL|ANON_KEY|SERVICE_ROLE_KEY|DB_URL)")
_TOOLS = re.compile(
    r"\.config\.[cm]?[jt]s$|(?:^|/)(?:scripts?|tools|e2e|tests?|bench\w*|examples?|\.storybook|bin|hack|spec|features)/|(?:^|/)Rakefile$|(?:^|/)config/environments/(?:development|test)\.rb$"
)


def elsewhere(signs: Iterable[tuple[Span, str, str]]) -> dict[str, Span]:
    """name -> the first place that reads it bare, in languages other than Python; names that any place reads with a fallback are left out. signs:
    (place, "env" or "env-optional", name)."""
    out: dict[str, Span] = {}
    optional: set[str] = set()
    for at, word, name in signs:
        if word == "env-optional":
            optional.add(name)
        elif not _TOOLS.search(at.path) and not _GIVEN.fullmatch(name) and name not in _PLATFORM:
            if not ("supabase/functions/" in at.path and _OF_SUPABASE.fullmatch(name)):
                out.setdefault(name, at)
    return {name: at for name, at in out.items() if name not in optional}


def required(names: Names) -> dict[str, Span]:
    """name -> the first place that reads it without a default, while modules are loaded."""
    out: dict[str, Span] = {}
    for module in names.modules.values():
        scope = Scope(module, None, None, None)
        for name, at in _reads(names, module.body, scope):
            if name not in _PLATFORM:
                out.setdefault(name, Span(module.path, ir.line_of(at), ir.column_of(at)))
    return out


def _reads(names: Names, body: object, scope: Scope) -> Iterator[tuple[str, int]]:
    found = [(node, name) for node in nodes(body, (ir.Sub, ir.Call)) if (name := _name_read(node))]
    if not found:
        return
    guarded = {id(inner) for node in nodes(body, ir.Try) for inner in nodes(node.body, ir.Node)}
    guarded |= {id(inner) for node in nodes(body, ir.Assign) for target in node.targets for inner in nodes(target, ir.Sub)}  # set, not read
    guarded |= {id(inner) for node in nodes(body, ir.If) for inner in nodes((node.body, node.orelse), ir.Node)}  # read where it is asked for
    for node, name in found:
        if id(node) not in guarded and _of_environment(names.resolve(node.base if isinstance(node, ir.Sub) else node.func, scope), node):
            yield name, node.at


def _name_read(node: ir.Sub | ir.Call) -> str:
    """The name in `something["NAME"]` or `something("NAME")`, "" where there is none."""
    part = node.index if isinstance(node, ir.Sub) else node.args[0] if len(node.args) == 1 and not node.kwargs else None
    return part.value if isinstance(part, ir.Const) and isinstance(part.value, str) and _NAME.match(part.value) else ""


def _of_environment(ref: object, node: ir.Sub | ir.Call) -> bool:
    """Is what is subscripted or called the environment?"""
    if isinstance(node, ir.Sub):
        return ref == "os.environ"
    return isinstance(ref, str) and (ref == "decouple.config" or _READERS.match(ref) is not None)


def documented(blocks: Iterable[Declared], sections: Iterable[Section]) -> set[str]:
    """Every name in capitals that an environment file, a platform file, a pipeline, infrastructure code or a document has."""
    out: set[str] = set()
    for block in blocks:
        for entry in block.entries:
            out.update(_WORD.findall(entry.key))
            out.update(_WORD.findall(entry.value))
    for section in sections:
        out.update(_WORD.findall(section.heading))
        for _, text in section.said("inline", "text", "bullet", "step", "command"):
            out.update(_WORD.findall(text))
    return out
