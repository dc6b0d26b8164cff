"""What patterns know of typed languages: groups of routes, SQL texts, roles, classes that a call runs in."""

from __future__ import annotations

import pytest

from prodlint.patterns.callees import Classes
from prodlint.patterns.gorouter import Groups
from prodlint.patterns.queries import selecting
from prodlint.patterns.roles import without_plain
from prodlint.patterns.tokens import Code
from prodlint.patterns.types import names

ROUTES = """package web

func routes(r *gin.Engine) {
	api := r.Group("/api", logger())
	admin := api.Group("/admin", requireAdmin())
	admin.Use(audit())
	admin.DELETE("/users/:id", removeUser)
	api.GET("/me", me)
	r.Route("/v2", func(r chi.Router) {
		r.With(ensureMember).Get("/boards/{id}", showBoard)
	})
	r.Get("/health", health)
}
"""


@pytest.mark.parametrize(
    ("verb", "prefix", "wrapped", "other"),
    [
        ('.DELETE("/users', "/api/admin", "requireAdmin() audit()", ""),
        ('.GET("/me', "/api", "logger()", "requireAdmin"),
        ('.Get("/boards', "/v2", "ensureMember", "requireAdmin"),
        ('.Get("/health', "", "health", "ensureMember"),
    ],
)
def test_groups_of_routes(verb: str, prefix: str, wrapped: str, other: str) -> None:
    found = Groups(Code(ROUTES, "go")).around(ROUTES.index(verb))
    assert found[0] == prefix
    assert all(word in found[1] for word in wrapped.split())
    assert not other or other not in found[1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"SELECT * FROM notes WHERE id = $1"', ({0}, False)),
        ('"UPDATE keys SET name = $1 WHERE handle = $2"', ({1}, True)),
        ('"DELETE FROM notes WHERE id = ? AND owner_id = ?"', ({0, 1}, True)),
        ("`UPDATE notes SET title = '?', text = ? WHERE id = ?`", ({1}, True)),
        ('"INSERT INTO notes (title) VALUES ($1)"', (set(), False)),
        ('"id = ?"', None),
    ],
)
def test_what_a_query_selects_by(text: str, expected: tuple[set[int], bool] | None) -> None:
    found = selecting(text)
    assert (None if found is None else (set(found[0]), found[1])) == expected


@pytest.mark.parametrize(
    ("annotation", "stays"),
    [
        ("@PreAuthorize(\"hasAnyAuthority('TENANT_ADMIN', 'CUSTOMER_USER')\")", False),
        ('@PreAuthorize("isAuthenticated()")', False),
        ("@PreAuthorize(\"hasRole('ADMIN')\")", True),
        ('@PreAuthorize("@access.owns(#id)")', True),
        ('[Authorize(Roles = "Admin")]', True),
        ('[Authorize(Roles = "Member,Admin")]', False),
        ('[Authorize(Policy = "CanEdit")]', True),
        ('@Operation(summary = "needs authority")', False),
    ],
)
def test_roles_that_say_something(annotation: str, stays: bool) -> None:
    assert (annotation in without_plain(f"{annotation} public class Orders")) is stays


def test_methods_run_where_they_are_written() -> None:
    classes = Classes(
        [
            ("a.java", "interface JobDao extends Dao<Job> {}"),
            ("b.java", "class JpaJobDao extends JpaDao<JobEntity, Job> implements JobDao {}"),
            ("c.kt", "abstract class JpaDao<E, D>(val x: Int) : Base(), Dao<D> {}"),
        ]
    )
    levels = list(classes.runs("JobDao"))
    assert levels[0] == ["JobDao", "JpaJobDao"]
    assert "JpaDao" in levels[1]
    assert classes.ancestors("JpaJobDao") == ["JpaDao", "JobDao", "Base", "Dao"]


def test_types_of_names() -> None:
    assert names("class A { private final JobService jobs; void f(Long id) {} }", "java") == {"jobs": "JobService", "id": "Long"}
    assert names("class A(private val jobs: JobService) { fun f(id: Long) {} }", "kotlin")["jobs"] == "JobService"
    assert names("void f(Long id) {} void g(UUID id) {}", "java") == {"id": ""}
