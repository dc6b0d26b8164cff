"""The table of routes for people: what fits a terminal, what it adds up to, what is said once."""

from __future__ import annotations

import msgspec

from prodlint.model import Problem
from prodlint.render.routes import render_routes, unprotected
from prodlint.report import Access, Route


def route(path: str, handler: str = "shop.orders.views.Orders.get", login: str = "required", ownership: str = "owned") -> Route:
    return Route(("GET",), path, handler, "src/shop/orders/views.py", 12, "django", login, ownership, (), ())


MANY = [route(f"/orders/{n}/lines/<int:line_id>/parts/<int:part_id>/") for n in range(500)]


def test_lines_fit_a_terminal_however_many_routes_there_are():
    lines = render_routes([*MANY, route("/x" * 60)]).splitlines()
    assert [line for line in lines if len(line) > 100 and "/x" not in line] == []
    assert "  GET  /orders/0/lines/<int:line_id>/parts/<int:part_id>/  Orders.get:12  login required  owned" in lines


def test_columns_stay_in_line_where_most_handlers_have_long_names():
    long = [route(f"/orders/{n}", f"shop.parts.handlers.GetPartsOfOneOrder{n:03}.get") for n in range(9)]
    where = {line.index("login") for line in render_routes([*long, route("/a")]).splitlines() if line.startswith("  GET")}
    assert len(where) == 1


def test_a_verdict_that_no_lookup_tells_says_why_it_is_none():
    def below(ownership: str, *lookups: str) -> list[str]:
        accesses = tuple(Access("Order", "order_id", "path", each, "src/shop/orders/views.py", 14) for each in lookups)
        told = msgspec.structs.replace(route("/orders", ownership=ownership), lookups=accesses)
        return [line.strip() for line in render_routes([told], verbose=True).splitlines() if line.startswith("      ")]

    assert below("unknown")[-1].startswith("undecided: of no id was it seen")
    assert below("unknown", "owned")[-1].startswith("undecided: the ids above are settled")
    assert [line for word in ("unknown", "missing") for line in below("unknown", word) if "undecided" in line] == []
    assert below("owned") == []


def test_a_selection_says_of_what_it_is_one():
    every = [*MANY, route("/free", login="none", ownership="missing"), route("/odd", login="unknown", ownership="unknown")]
    text = render_routes([each for each in every if unprotected(each)], everything=every)
    assert text.endswith(
        "\n502 routes in 1 file, 1 of them listed\n  login      1 none, 1 unknown, 500 required\n  ownership  1 missing, 1 unknown, 500 owned\n"
    )


def test_what_is_not_read_and_not_listed_is_counted():
    other = msgspec.structs.replace(route("/pets"), file="src/pets.ts", authentication="unknown", ownership="unknown")
    assert "  outside Python 1 route (1 .ts), read by patterns: 1 login and 1 owner could not be told" in render_routes([other])
    said = "route not resolved: /orders/{}/: no route was read in include(urls(…))"
    problems = [Problem("shop/urls.py", n, said.format(n), "warning") for n in range(1, 6)]
    text = render_routes([route("/…/orders")], problems, outside=[("/admin/", "admin.site.urls")])
    assert (
        "shop/urls.py:1: problem: route not resolved: /orders/1/: no route was read in include(urls(…)) (and 4 like it: lines 2, 3, 4, 5)\n" in text
    )
    assert "  not read   5 registrations, told above" in text
    assert "  …          stands in 1 path for what the source does not say\n" in text
    assert "  not listed 1 path that installed packages serve: /admin/ (admin.site.urls)\n" in text


def test_json_names_what_installed_packages_serve():
    text = render_routes([], (), "json", outside=[("/admin/", "admin.site.urls")])
    assert '"outside": [\n  {"path": "/admin/", "name": "admin.site.urls"}]' in text
