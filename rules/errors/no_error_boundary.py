"""Judges: outside Python, something answers for errors that nobody caught."""

import re

from prodlint import Finding, Project, Proof, Skip

PAGES = ("next", "react", "@remix-run/react", "@sveltejs/kit", "nuxt", "vue", "fastify", "hono", "koa", "@nestjs/core")
SERVERS = ("@nestjs/core", "fastify", "hono", "koa")  # what serves where Express is only there for a plug-in or a page of documentation

SCRIPT = re.compile(r"\.[cm]?[jt]sx?$")
TRIAL = re.compile(r"(?i)(?:^|[/._-])(?:hot[-_]?reload|dev[-_]?server|webpack|storybook|mock)(?:[/._-]|$)")  # serves whoever writes the code


def check(project: Project):
    found = project.last_resorts()
    packages = [package for package in project.blocks("package") if not project.is_aside(package.path)]
    express = (package for package in packages if package.has("dependencies.express"))
    bare = next((package for package in express if not any(package.has(f"dependencies.{name}") for name in SERVERS)), None)
    server = project.server() if found else None
    if found and server is not None and server.path.endswith(".py"):  # there calls are listed one by one, by other rules
        yield Proof(found[0], "something answers for errors that nobody caught")
    elif found:  # of the calls themselves, nothing is known outside Python
        words = "something answers for errors that nobody caught; whether each call is bounded and handled is not listed outside Python"
        yield Skip(words, found[0], verdict="partial")
    elif bare is not None and any(SCRIPT.search(at.path) and not TRIAL.search(at.path) for at, *_ in project.signs("server")):
        words = "the Express app has no error middleware: what nobody caught is answered by Express itself, and your log says nothing of the request"
        yield Finding(bare.where("dependencies.express"), words, confidence="medium")
    elif any(package.has(f"dependencies.{name}") for package in packages for name in PAGES):
        yield Skip("errors that nobody caught are left to the framework's own page", verdict="unknown")
    else:
        yield Skip("there is no web app outside Python whose errors could be answered for")
