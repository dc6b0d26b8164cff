"""Production run as on a developer's machine: debug modes, servers for development, source trees mounted over an image.

Knows: settings modules, variables of platform files, commands that start an app. Does not know: what a person sets on the machine instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from prodlint import ir
from prodlint import regex as re
from prodlint.declared import Declared
from prodlint.model import Span
from prodlint.names import Names
from prodlint.operations.commands import Commands
from prodlint.operations.serving import DEVELOPMENT, PRODUCTION, Start, behind, variables

KINDS = (
    "fly", "render", "compose-service", "dockerfile", "k8s/Deployment", "k8s/StatefulSet", "k8s/ConfigMap", "app-yaml", "kamal", "serverless",
    "heroku-app", "ecs-task", "aws_ecs_task_definition", "google_cloud_run_v2_service", "google_cloud_run_service",
)  # fmt: skip
_BEFORE = re.compile(r"(?:^|[^a-z])(?:staging|stage|stg|qa|uat|preview|review)(?:[^a-z]|$)", re.I)
_DEBUG = re.compile(r"(?:DJANGO_|FLASK_|APP_|LARAVEL_|FASTAPI_|API_)?DEBUG")
_MODE = re.compile(r"(?:FLASK|NODE|RAILS|RACK|MIX|APP|DJANGO)_ENV|ASPNETCORE_ENVIRONMENT|DOTNET_ENVIRONMENT")
_ON, _LOCAL = re.compile(r"1|true|yes|on", re.I), re.compile(r"dev|development|local", re.I)
_SERVER = re.compile(
    r"""(?x)\bmanage\.py\s+runserver(?:_plus)?\b | \bflask\s+(?:--?\S+\s+)*run\b | \b(?:uvicorn|gunicorn|hypercorn)\b[^\n;&|]*\s--reload\b
    | \bfastapi\s+dev\b | \bnext\s+dev\b | (?:^|[\s;&|/])vite(?:\s+(?:dev|serve)|\s+--\S+(?:\s+\S+)*|\s*)$ | \bnodemon\b | \bts-node-dev\b
    | \btsx\s+watch\b | \bnest\s+start\s+[^\n]*--watch\b | \bwebpack(?:-dev-server|\s+(?:serve|--watch))\b | \breact-scripts\s+start\b
    | \bvue-cli-service\s+serve\b | \bng\s+serve\b | \b(?:nuxt|nuxi|astro|remix|gatsby)\s+dev(?:elop)?\b | \bphp\s+artisan\s+serve\b
    | \bphp\s+-S\b | \bcargo\s+watch\b | \bnode\s+[^\n;&|]*--watch\b"""
)
_REAL = re.compile(
    r"\b(?:gunicorn|uwsgi|daphne|waitress-serve|granian|puma|unicorn|passenger|php-fpm|nginx|next\s+start|pm2)\b|\b(?:uvicorn|hypercorn)\b(?![^\n]*--reload)"
)
_TREE = re.compile(
    r"^(?:\./?|\$\{?PWD\}?/?):/(?:app|code|src|usr/src/app|srv/app|workspace|opt/app|var/www/html|home/\w+/app)/?(?::(?:rw|z|cached|delegated))?$"
)


class Lenient(msgspec.Struct, frozen=True):
    """One sign. certain: does the file serve production by its name or its platform?"""

    at: Span
    words: str
    certain: bool


def lenient_settings(names: Names, deployed: bool) -> Iterator[Lenient]:
    """DEBUG = True in a module of settings for production, or in the only one, where the app is deployed."""
    modules = [module for module in names.modules.values() if "DEBUG" in module.symbols]
    settings = [module for module in names.modules.values() if "INSTALLED_APPS" in module.symbols or "settings" in module.path]
    for module in modules:
        node = module.symbols["DEBUG"].node
        if not (isinstance(node, ir.Assign) and isinstance(node.value, ir.Const) and node.value.value is True):
            continue
        named = PRODUCTION.search(module.path.rpartition("/")[2]) is not None and not _BEFORE.search(module.path)
        sole = deployed and len(settings) == 1 and settings[0] is module and not DEVELOPMENT.search(module.path)
        if named or sole:
            why = "the settings of production" if named else "the only module of settings"
            yield Lenient(
                Span(module.path, ir.line_of(node.at), ir.column_of(node.at)), f"DEBUG is on in {why}: errors show code and settings", named
            )


def lenient_variables(blocks: Iterable[Declared]) -> Iterator[Lenient]:
    """Variables of files for production that ask for a debug mode or an environment of development."""
    for block in blocks:
        path = block.path
        certain = block.kind not in ("dockerfile", "compose-service") or PRODUCTION.search(path) is not None
        if DEVELOPMENT.search(path) or _BEFORE.search(path) or (block.kind == "compose-service" and not certain):
            continue
        for at, name, value in variables(block):
            if (_DEBUG.fullmatch(name) and _ON.fullmatch(value)) or (_MODE.fullmatch(name) and _LOCAL.fullmatch(value)):
                yield Lenient(at, f"{name} is {value} where the app serves", certain)
        for entry in block.find("volumes.*") if block.kind == "compose-service" and block.has("build") else ():
            if _TREE.match(entry.value):
                yield Lenient(Span(path, entry.line), f"the source tree is mounted over the image of {block.name} ({entry.value})", True)


def lenient_servers(started: Iterable[Start], commands: Commands, deployed: bool) -> Iterator[Lenient]:
    """Servers for development. deployed: is there a deploy that could run an image whose use is not said?"""
    listed = [start for start in started if not _BEFORE.search(start.at.path)]
    named = any(start.production for start in listed)
    for start in listed:
        if not start.production and (named or not deployed or start.kind != "dockerfile"):
            continue
        every = list(behind(start, commands))
        command = next((each for each in every if _SERVER.search(each)), None)
        if command is not None and (_SERVER.search(start.command) or not any(map(_REAL.search, every))):  # a script that chooses is not judged
            flat = " ".join(command.split())[:80]
            yield Lenient(start.at, f"`{flat}` is a server for development, and it is what serves", start.production)
