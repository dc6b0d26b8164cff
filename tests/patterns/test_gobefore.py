"""Middleware of Go that the project writes, handlers that no router is handed; hooks of Fastify."""

from __future__ import annotations

import pytest

from prodlint.patterns.go.before import Befores, candidates, middleware, only_before
from prodlint.patterns.javascript.hooks import hooks
from prodlint.patterns.text.reader import functions
from prodlint.patterns.text.tokens import Code
from prodlint.patterns.text.words import Words

GO = """package web

func RequireMember(store Store) gin.HandlerFunc {
	return func(c *gin.Context) {
		if !store.Has(c.Param("id"), c.GetString("userID")) {
			c.AbortWithStatus(http.StatusForbidden)
			return
		}
		c.Next()
	}
}

func (h *Handler) show(c *gin.Context) {
	c.JSON(200, h.service.Show(c.Param("id")))
}
"""


def test_the_function_that_a_middleware_makes_is_read() -> None:
    found = functions(Code(GO, "go"))
    named = {each.name: each for each in found if each.name}
    inner = middleware(named["RequireMember"], found)
    assert inner is not None and inner.params[0].text == "c *gin.Context"
    assert middleware(named["show"], found) is None  # it hands nothing on
    assert only_before(inner) and not only_before(named["show"])
    assert candidates('("/x/:id", guard.RequireMember(h.store), h.show') == ["RequireMember", "store", "show"]


@pytest.mark.parametrize(
    ("text", "unnamed"),
    [
        ('router.GET("/x", h.show)', False),
        ('http.HandleFunc("/x", show)', False),
        ("func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.show(w, r) }", False),
        ("return s.service.show(c.Request.Context(), command)", True),  # a method of something else, of the same name
    ],
)
def test_a_handler_that_nobody_names(text: str, unnamed: bool) -> None:
    words = Words({}, "go", {}, True, frozenset())
    assert Befores(words, {}, lambda _: [], lambda *_: lambda *_: None, [text]).unnamed("Handler.show") is unnamed


def test_a_handler_that_a_function_makes_has_no_name() -> None:
    words = Words({}, "go", {}, True, frozenset())
    made = next(each for each in functions(Code(GO, "go")) if not each.name)
    assert not Befores(words, {}, lambda _: [], lambda *_: lambda *_: None, ['r.Get("/x", RequireMember(deps))']).unnamed(made.name)


def test_hooks_of_an_instance_that_is_named_once() -> None:
    text = """export async function plugin(fastify: FastifyInstance) {
  await fastify.register(async (instance) => {
    instance.addHook("preHandler", async (request, reply) => { await requireMember(request, reply); });
    instance.addHook("onSend", audit);
  });
}
"""
    assert list(hooks(text, "typescript")) == ["instance"]
    assert len(hooks(text, "typescript")["instance"]) == 1 and "requireMember" in hooks(text, "typescript")["instance"][0]
    twice = text.replace('instance.addHook("onSend", audit);', "}); await fastify.register(async (instance) => { open(instance);")
    assert not hooks(twice, "typescript")  # two instances of one name: nobody here reads which of them it is
    assert not hooks(text.replace("await requireMember", "if (request.url === '/') return; await requireMember"), "typescript")
