"""Calls that select rows, and calls that only look like it."""

from __future__ import annotations

import pytest

from prodlint.model import FileFacts, Match
from prodlint.models import load
from prodlint.project import link

CONTROLLER = """\
<?php

class OrderController extends Controller
{
    public function lines($order_id)
    {
        foreach ($this->lines->sorted($order_id)->rows() as $line) {
            %s($line);
        }
    }
}
"""


@pytest.mark.parametrize(("name", "selects"), [("get_order_lines", True), ("get_object_vars", False), ("get_class_methods", False)])
def test_what_php_says_of_an_object_selects_nothing(name: str, selects: bool) -> None:
    text = CONTROLLER % name
    entry = Match("entries", 1, 1, 1, 1, "", {"role": "entry", "framework": "php"})
    facts = {"OrderController.php": FileFacts("OrderController.php", "x", 0, matches=(entry, Match("source-text", 1, 1, 1, 1, text, {})))}
    assert [loose.model for loose in link(facts, models=load()).loose_ids("php")] == ([name] if selects else [])


MANY = """\
package store

func (r *{lower}Repository) Get(ctx context.Context, id string) (*{name}, error) {{
	return r.client.{name}.Query().Where({lower}.ID(id){narrowed}).Only(ctx)
}}
"""
ORDERS = """\
package api

func (h *Handler) GetOrder(c *gin.Context) {
	order, err := h.OrderRepo.Get(c.Request.Context(), c.Param("id"))
	c.JSON(200, order)
}
"""


@pytest.mark.parametrize(("narrowed", "loose"), [(", order.TenantID(tenant.FromContext(ctx))", []), ("", ["id"])])
def test_of_many_repositories_of_go_the_one_of_that_subject_says_whether_it_asks_whose_row_it_is(narrowed: str, loose: list[str]) -> None:
    names = ["Order", *(f"Thing{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")]
    texts = {
        f"store/{name.lower()}.go": MANY.format(name=name, lower=name[0].lower() + name[1:], narrowed=narrowed if name == "Order" else "")
        for name in names
    }
    text = Match("source-text", 1, 1, 1, 1, ORDERS, {})
    entry = Match("entries", 3, 1, 6, 2, "", {"role": "entry", "framework": "go"})
    facts = {path: FileFacts(path, "x", 0, matches=(Match("source-text", 1, 1, 1, 1, each, {}),)) for path, each in texts.items()}
    facts["api/orders.go"] = FileFacts("api/orders.go", "x", 0, matches=(entry, text))
    assert [each.id for each in link(facts, models=load()).loose_ids("go")] == loose
