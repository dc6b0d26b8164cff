"""What patterns know of typed languages: groups of routes, SQL texts, roles, classes that a call runs in."""

from __future__ import annotations

import re
import time

import pytest

from prodlint.model import Match
from prodlint.models import load
from prodlint.patterns.dotnet import fastendpoints, query_filters
from prodlint.patterns.dotnet.filters import AspFilters
from prodlint.patterns.entries import inline
from prodlint.patterns.evidence import entities, madeby
from prodlint.patterns.evidence.entities import tables
from prodlint.patterns.go.handed import Handed
from prodlint.patterns.go.receivers import chosen, is_handed_on
from prodlint.patterns.go.router import Groups, Registration, registered
from prodlint.patterns.jvm.matchers import Matchers
from prodlint.patterns.text.reader import functions
from prodlint.patterns.text.tokens import Code
from prodlint.patterns.text.types import names
from prodlint.patterns.text.words import Words
from prodlint.patterns.ties import callees, whose
from prodlint.patterns.ties.callees import Classes
from prodlint.patterns.ties.existence import row_dropped
from prodlint.patterns.ties.queries import constant, selecting, table
from prodlint.patterns.ties.roles import without_plain

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
	r.Route("/staff", func(r chi.Router) {
		r.Group(func(r chi.Router) {
			r.Use(ensureOwner)
			r.Delete("/rooms/{id}", removeRoom)
		})
		r.Get("/rooms/{id}", showRoom)
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
        ('.Delete("/rooms', "/staff", "ensureOwner", "requireAdmin"),
        ('.Get("/rooms', "/staff", "showRoom", "ensureOwner"),
        ('.Get("/health', "", "health", "ensureMember"),
    ],
)
def test_groups_of_routes(verb: str, prefix: str, wrapped: str, other: str) -> None:
    found = Groups(Code(ROUTES, "go")).around(ROUTES.index(verb))
    assert found[0] == prefix
    assert all(word in found[1] for word in wrapped.split())
    assert not other or other not in found[1]


@pytest.mark.parametrize(
    ("receiver", "here", "expected"),
    [
        ("orderRepo", "api/orders.go", ["repo/order.go"]),
        ("orderService", "api/orders.go", ["service/order.go"]),
        ("repo", "service/room.go", ["repo/order.go", "repo/room.go"]),
        ("s", "service/order.go", ["service/order.go"]),
        ("rooms", "api/rooms.go", ["repo/room.go"]),
    ],
)
def test_what_a_receiver_of_go_is_called(receiver: str, here: str, expected: list[str]) -> None:
    heads = {
        "api/orders.go": "func (h *OrderHandler) Get(w http.ResponseWriter, r *http.Request) {}",
        "mocks/order.go": "func (m *OrderRepo) Get(ctx context.Context, id string) {}",
        "repo/order.go": "func (r *pgOrderRepository) Get(ctx context.Context, id string) {}",
        "repo/room.go": "func (r *RoomsRepository) Get(ctx context.Context, id string) {}",
        "service/order.go": "func (s *OrderServiceImpl) Get(ctx context.Context, id string) {}",
    }
    found = [(path, each) for path, head in heads.items() for each in functions(Code(f"package x\n\n{head}\n", "go"))]
    assert sorted(path for path, _ in chosen(found, receiver, here)) == expected


HANDED = {
    "cmd/main.go": """package main

func main() {
	r := gin.Default()
	v1 := r.Group("/api/v1", limit())
	orders.Register(v1.Group("/shop"), db)
	staff := NewStaffRoutes(db)
	staff.Setup(v1)
	root := chi.NewRouter()
	root.Mount("/users", users.Routes())
}
""",
    "orders/routes.go": """package orders

func Register(rg *gin.RouterGroup, db *sql.DB) {
	items := rg.Group("/orders")
	items.GET("/:id", show)
}
""",
    "web/staff.go": """package web

func (s *StaffRoutes) Setup(rg *gin.RouterGroup) {
	rg.DELETE("/staff/:id", s.remove)
}

func (s *GuestRoutes) Setup(rg *gin.RouterGroup) {
	rg.GET("/guests", s.all)
}
""",
    "users/routes.go": """package users

func Routes() chi.Router {
	r := chi.NewRouter()
	r.Get("/{id}", show)
	return r
}
""",
}


@pytest.mark.parametrize(
    ("path", "verb", "prefix", "wrapped"),
    [
        ("orders/routes.go", ".GET(", "/api/v1/shop", "limit()"),
        ("web/staff.go", ".DELETE(", "/api/v1", "limit()"),
        ("web/staff.go", ".GET(", "", ""),
        ("users/routes.go", ".Get(", "/users", ""),
    ],
)
def test_routers_of_go_that_are_handed_over(path: str, verb: str, prefix: str, wrapped: str) -> None:
    groups = {each: Groups(Code(text, "go")) for each, text in HANDED.items()}
    at = HANDED[path].index(verb)
    _, _, root = groups[path]._around(at)
    found = Handed(sorted(groups), groups.__getitem__).before(path, at, root)
    assert found[0] == prefix
    assert wrapped in found[1]


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


SECURITY = """
class Security {
    private static final String[] OPEN = { "/auth/**", "/docs" };

    SecurityFilterChain chain(HttpSecurity http) {
        return http.authorizeHttpRequests(auth -> auth
            .requestMatchers(OPEN).permitAll()
            .requestMatchers(HttpMethod.DELETE, "/items/{id}").hasRole("ADMIN")
            .requestMatchers("/reports/**").access(new OwnManager())
            .anyRequest().authenticated()).build();
    }
}
"""


@pytest.mark.parametrize(
    ("method", "path", "asked"),
    [
        ("POST", "/auth/login", "permitAll()"),
        ("DELETE", "/items/{itemId}", 'hasRole("ADMIN")'),
        ("GET", "/items/{itemId}", "authenticated()"),
        ("GET", "/reports", "access(new OwnManager())"),
        ("GET", "", ""),
    ],
)
def test_the_first_rule_for_a_path_counts(method: str, path: str, asked: str) -> None:
    assert Matchers([("src/Security.java", SECURITY)]).asks(method, path, "src/web/ItemController.java") == asked


IMPORTED = """
import static org.springframework.http.HttpMethod.GET;
class Security {
    SecurityFilterChain chain(HttpSecurity http) {
        http.authorizeHttpRequests(x -> x
            .requestMatchers(new OrRequestMatcher(new AntPathRequestMatcher("/ping", GET.name()),
                new AntPathRequestMatcher("/**", OPTIONS.toString())))
            .permitAll()
            .requestMatchers(antMatcher(POST, "/fees")).hasRole(MANAGER.getRole())
            .requestMatchers(new SelfMatcher(GET, "/members/*", "members")).hasRole(MEMBER.getRole())
            .requestMatchers(GET, "/members/*").hasRole(MANAGER.getRole())
            .requestMatchers(new OpenMatcher(GET, "/clubs/*")).hasRole(GUEST.getRole())
            .requestMatchers(GET, "/clubs/*").hasRole(MANAGER.getRole())
            .requestMatchers(new SelfMatcher(GET, "/members/*/fees/*", "members")).hasRole(MEMBER.getRole())
            .requestMatchers(GET, "/members/*/fees/*").hasRole(MANAGER.getRole())
            .anyRequest().authenticated());
    }
}
"""
SELF = """
class SelfMatcher implements RequestMatcher {
    public boolean matches(HttpServletRequest request) { return Objects.equals(idOf(request), AuthProvider.getPrincipal().getUserId()); }
}
"""
OPEN_MATCHER = """
class OpenMatcher implements RequestMatcher {
    public boolean matches(HttpServletRequest request) { return clock.isOpen(); }
}
"""


@pytest.mark.parametrize(("method", "path", "asked"), [
    ("GET", "/ping", "permitAll()"),
    ("OPTIONS", "/fees", "permitAll()"),
    ("POST", "/ping", "authenticated()"),  # each matcher has a method of its own
    ("POST", "/fees", "hasRole(MANAGER)"),
    ("GET", "/members/{id}", "hasRole(MANAGER)"),  # whoever it is about comes through before
    ("GET", "/clubs/{id}", "hasRole(GUEST)"),  # a matcher that looks at nobody
    ("GET", "/members/{id}/fees/{fee}", "access(SelfMatcher)"),  # it says nothing of the fee
])  # fmt: skip
def test_methods_by_name_and_matchers_of_the_project(method: str, path: str, asked: str) -> None:
    known = Matchers([("src/Security.java", IMPORTED), ("src/Self.java", SELF), ("src/Open.java", OPEN_MATCHER)])
    assert known.asks(method, path, "src/web/MemberController.java") == asked


def test_the_configuration_nearest_to_the_controller_counts() -> None:
    other = SECURITY.replace("/items/{id}", "/parts/{id}")
    known = Matchers([("stock/src/Security.java", SECURITY), ("parts/src/Security.java", other)])
    assert known.asks("DELETE", "/parts/{id}", "parts/src/PartController.java") == 'hasRole("ADMIN")'
    assert known.asks("DELETE", "/parts/{id}", "stock/src/PartController.java") == "authenticated()"


CHAINS = """
@Configuration
class Chains {
    @Bean @Order(1)
    SecurityFilterChain office(HttpSecurity http) throws Exception {
        http.securityMatcher("/office/**").authorizeHttpRequests(a -> a.anyRequest().hasRole("ADMIN"));
        return http.build();
    }
    @Bean
    SecurityFilterChain shop(HttpSecurity http) throws Exception {
        http.authorizeHttpRequests(a -> a.anyRequest().authenticated());
        return http.build();
    }
}
"""
OLDER = """
@Order(2) class Rest extends WebSecurityConfigurerAdapter {
    protected void configure(HttpSecurity http) { http.authorizeRequests().anyRequest().authenticated(); }
}
@Order(Ordered.HIGHEST_PRECEDENCE + 5) class Staff extends WebSecurityConfigurerAdapter {
    protected void configure(HttpSecurity http) {
        http.requestMatchers().antMatchers("/office/**").and().authorizeRequests().anyRequest().hasRole("ADMIN");
    }
}
"""
KOTLIN = """
@Bean @Order(1)
fun office(http: HttpSecurity): SecurityFilterChain {
    http { securityMatcher("/office/**"); authorizeHttpRequests { authorize(anyRequest, hasRole("ADMIN")); authorize("/**", hasRole("ADMIN")) } }
    return http.build()
}
@Bean
fun shop(http: HttpSecurity): SecurityFilterChain {
    http { authorizeHttpRequests { authorize("/**", authenticated) } }
    return http.build()
}
"""


@pytest.mark.parametrize("text", [CHAINS, OLDER, KOTLIN], ids=["java", "older", "kotlin"])
def test_a_chain_asks_only_what_its_matcher_fits(text: str) -> None:
    known = Matchers([("src/main/java/Chains.java", text)])
    assert known.asks("GET", "/office/desks/{id}", "src/main/java/web/Desks.java") == 'hasRole("ADMIN")'
    assert known.asks("GET", "/orders/{id}", "src/main/java/web/Orders.java").removesuffix("()") == "authenticated"


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (CHAINS.replace('"/office/**"', "officeRequests"), ""),  # who knows what that fits?
        (
            CHAINS.replace('securityMatcher("/office/**")', "csrf(c -> c.disable())").replace("@Order(1)", ""),
            "",
        ),  # two answer, and which comes first?
        (CHAINS.replace('securityMatcher("/office/**")', "csrf(c -> c.disable())").replace("@Order(1)", '@Profile("dev")'), "authenticated()"),
        ('/* x.requestMatchers("/orders/**").hasRole("ADMIN") */ x.anyRequest().authenticated()', "authenticated()"),
        ('// .requestMatchers("/**").hasRole("ADMIN")\nx.anyRequest().authenticated()', "authenticated()"),
        ('x.requestMatchers("/orders/**").not().hasRole("ADMIN")', "not()"),
        ('authorize("/orders/**", not(hasRole("ADMIN")))', "not()"),
    ],
)
def test_rules_that_say_nothing_of_staff(text: str, asked: str) -> None:
    assert Matchers([("src/main/java/Chains.java", text)]).asks("GET", "/orders/{id}", "src/main/java/web/Orders.java") == asked


def test_configurations_of_one_module_hold_together() -> None:
    office, shop = CHAINS.split("    @Bean\n")
    known = Matchers([("app/src/main/java/a/Office.java", office), ("app/src/main/java/b/Shop.java", shop), ("b/src/main/java/B.java", SECURITY)])
    assert known.asks("GET", "/orders/{id}", "app/src/main/java/a/web/Orders.java") == "authenticated()"
    assert known.asks("GET", "/office/{id}", "app/src/main/java/b/web/Office.java") == 'hasRole("ADMIN")'


def test_the_configuration_that_shares_most_folders_counts() -> None:
    other = SECURITY.replace('hasRole("ADMIN")', "denyAll()")
    known = Matchers([("apps/Security.java", SECURITY), ("apps/stock/core/Security.java", other)])
    assert known.asks("DELETE", "/items/{id}", "apps/stock/core/web/Items.java") == "denyAll()"
    assert known.asks("DELETE", "/items/{id}", "apps/parts/Items.java") == ""


@pytest.mark.parametrize("path", ["/**" * 8 + "/x", "/**/a" * 8 + "/x", "/" + "*a" * 8 + "/x"])
def test_forms_of_paths_are_read_in_bounded_time(path: str) -> None:
    assert Matchers([("A.java", f'x.requestMatchers("{path}").permitAll()')]).asks("GET", "/a" * 100, "B.java") == ""


def test_handlers_of_one_name_are_told_apart_by_their_type() -> None:
    code = Code("package web\n\nfunc (h *UserHandler) Delete(c echo.Context) error { return nil }\n", "go")
    known = [
        Registration("DELETE", "/notes/:id", "", "routes.go", "noteHandler"),
        Registration("DELETE", "/users/:id", "", "routes.go", "userHandler"),
    ]
    assert registered(known, functions(code)[0], "web/users.go")[1] == "/users/:id"
    assert registered(known[:1], functions(code)[0], "web/users.go")[1] == "/notes/:id"
    assert registered([*known[:1], known[0]._replace(path="/tags/:id")], functions(code)[0], "web/users.go") == ("", "", "")


REGISTERED = """package web

func routes(e *echo.Echo, h *NoteHandler) {
	notes := e.Group("/notes")
	notes.Use(
		mw.Auth(),
	)
	notes.DELETE(
		"/:noteId",
		h.Remove,
		mw.RoleMiddleware(roles.Admin),
	)
	http.HandleFunc("PUT /lists/{id}", wrap(h.Rename))
	router.HandleFunc("/items/{id}", h.Show).Methods("GET")
}
"""


@pytest.mark.parametrize(
    ("start", "message", "name", "expected"),
    [
        (".DELETE(", "DELETE /:noteId", "Remove", ("DELETE", "/notes/:noteId", "RoleMiddleware")),
        (".HandleFunc(", "HandleFunc PUT /lists/{id}", "Rename", ("PUT", "/lists/{id}", "wrap")),
        ("router.HandleFunc(", "HandleFunc /items/{id}", "Show", ("GET", "/items/{id}", "Show")),
    ],
)
def test_registrations_over_several_lines(start: str, message: str, name: str, expected: tuple[str, str, str]) -> None:
    code = Code(REGISTERED, "go")
    at = REGISTERED.index(start) + (6 if start.startswith("router") else 0)
    line, column = REGISTERED.count("\n", 0, at) + 1, at - REGISTERED.rfind("\n", 0, at)
    match = Match("entries-go", line, column, line, column, message, {})
    found = dict(Groups(code).registrations(code, match, "routes.go"))[name]
    assert (found.method, found.path) == expected[:2]
    assert expected[2] in found.around
    assert ("mw.Auth()" in found.around) is (expected[1] == "/notes/:noteId")  # the group's, and of no other


def test_tables_say_what_they_point_to() -> None:
    made = (
        "CREATE TABLE IF NOT EXISTS public.\"notes\" (id bigint PRIMARY KEY, body text DEFAULT 'a, b', list_id int REFERENCES lists(id), UNIQUE (id))"
    )
    added = "ALTER TABLE notes ADD COLUMN owner_id int, ADD CONSTRAINT fk FOREIGN KEY (owner_id) REFERENCES users (id)"
    first, second = tables([made, added, "SELECT 1"])
    assert (first.name, first.columns, first.points) == ("notes", ["id", "body", "list_id"], [("list_id", "lists")])
    assert (second.name, second.columns, second.points) == ("notes", ["owner_id"], [("owner_id", "users")])


def test_queries_name_their_table() -> None:
    assert table("`-- name: GetNote :one\nSELECT id FROM public.notes WHERE id = $1`") == "notes"
    assert table('"not a query FROM us"') == ""
    assert constant("const getNote = `SELECT 1`\n", "getNote") == "`SELECT 1`"
    assert constant('x := "a"', "getNote") == ""


GROUPS = """
var api = app.MapGroup("/api").RequireAuthorization();
var notes = api
    .WithTags<Notes>("notes")
    .MapGroup("/v1").MapGroup("/notes").RequireAuthorization("OwnsNote");
notes.MapGet("/{id}", (int id) => Find(id));
"""


def test_groups_of_minimal_apis() -> None:
    code = Code(GROUPS, "csharp")
    first = code.texts.index("MapGet") - 1
    (found,) = inline.minimal(code, functions(code), first, first + 3, "GET /{id}")
    assert found.path == "/api/v1/notes/{id}"
    assert 'RequireAuthorization("OwnsNote")' in found.around
    assert "RequireAuthorization()" in found.around


def test_long_chains_that_make_no_group_are_read_in_bounded_time() -> None:
    text = "var host = builder" + "".join(f"\n    .UseThing{number}(opt)" for number in range(400)) + ";" + GROUPS
    code = Code(text, "csharp")
    first = code.texts.index("MapGet") - 1
    (found,) = inline.minimal(code, functions(code), first, first + 3, "GET /{id}")
    assert found.path == "/api/v1/notes/{id}"


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (callees._SECURES, "@PreAuthorize(" * 20_000),
        (callees._SECURES, "[Authorize(" * 20_000),
        (callees._DEFINES, "\n" * 40_000),
        (callees._DEFINES, "  public " + "a" * 40_000),
        (entities._EXPOSED_COLUMN, "val a : " * 20_000),
        (entities._CLASS, "class a " * 20_000),
        (entities._STRUCT, "type a struct {\n" * 20_000),
    ],
)
def test_forms_are_linear(form: re.Pattern[str], text: str) -> None:
    start = time.process_time()
    assert not form.findall(text)
    assert time.process_time() - start < 3


def test_many_rules_of_one_configuration_are_read_in_bounded_time() -> None:
    start = time.process_time()
    text = "".join(f'.requestMatchers(first{number}, second, "/x/{{id}}").permitAll();' for number in range(3000))
    assert Matchers([("A.java", text)]).asks("GET", "/x/{id}", "B.java") == "permitAll()"
    assert time.process_time() - start < 5


PARTS = """package web

func (s *Server) confirmMail(w http.ResponseWriter, r *http.Request) {
	s.setMail(w, r, currentUser(r).ID, r.URL.Query().Get("site_id"))
}

func (s *Server) setMail(w http.ResponseWriter, r *http.Request, userID, siteID string) {
	s.accounts.UpdateMail(siteID, userID)
}

func (s *Server) forUser(w http.ResponseWriter, r *http.Request, user *User) {
	s.accounts.Show(user.ID)
}
"""


def test_a_part_of_a_handler_that_is_told_more_is_no_handler() -> None:
    assert [each.name for each in functions(Code(PARTS, "go")) if is_handed_on(each)] == ["setMail"]


@pytest.mark.parametrize(
    ("heard", "dropped"),
    [("_, err := ", True), ("_, err = ", True), ("note, err := ", False), ("err := ", False), ("return ", False), ("_, _, err := ", False)],
)
def test_a_row_of_which_only_the_error_is_heard(heard: str, dropped: bool) -> None:
    code = Code(f'package web\n\nfunc (h *Handler) Vote(c *gin.Context) {{\n\t{heard}h.notes.GetByID(c, c.Param("id"))\n\tc.Status(204)\n}}\n', "go")
    assert row_dropped(functions(code)[0], code.texts.index("GetByID")) is dropped


ROLE_FILTER = """
public class RequireRoleAttribute(Role role, bool tokens = false) : Attribute, IAsyncAuthorizationFilter
{
    public async Task OnAuthorizationAsync(AuthorizationFilterContext context)
    {
        var id = context.HttpContext.User.FindFirstValue(ClaimTypes.NameIdentifier);
        if (id is null)
        {
            context.Result = new UnauthorizedResult();
        }
    }
}
public class RequireUserAttribute() : RequireRoleAttribute(Role.User);
public class RequireJudgeAttribute() : RequireRoleAttribute(Role.Judge, true);
public class CountedAttribute() : Attribute;
public class ThrottleAttribute(string policy) : Attribute, IAsyncActionFilter
{
    public async Task OnActionExecutionAsync(ActionExecutingContext context, ActionExecutionDelegate next)
    {
        var id = context.HttpContext.User.FindFirstValue(ClaimTypes.NameIdentifier);
        if (counter.TooMany(id, policy))
        {
            context.Result = new StatusCodeResult(429);
        }
    }
}
public class SlowAttribute() : ThrottleAttribute("strict");
"""


@pytest.mark.parametrize(
    ("above", "asks", "signs_in", "role"),
    [("[RequireUser]", False, True, ""), ("[RequireJudge]", True, True, "Role.Judge"), ("[Counted]", False, False, ""), ("[Slow]", False, False, "")],
)
def test_an_attribute_hands_its_role_to_the_filter_that_it_extends(above: str, asks: bool, signs_in: bool, role: str) -> None:
    code = Code(ROLE_FILTER, "csharp")
    words = Words(load()["patterns"], "csharp", {})
    filters = AspFilters([("a.cs", ROLE_FILTER)], lambda path: functions(code), words, lambda path: lambda name, receiver, count: None)
    known = filters.before(above)
    assert (known.asks, known.signs_in, known.role) == (asks, signs_in, role)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("b.Entity<Order>().HasQueryFilter(o => o.TenantId == _tenantId);", {"Order"}),
        (
            'b.Entity<Order>().HasIndex(o => o.Id).IsUnique();\nb.Entity<Blog>().HasQueryFilter(b => EF.Property<int>(b, "TenantId") == _tenant.Id);',
            {"Blog"},
        ),
        ("b.Entity<Order>().HasQueryFilter(o => !o.IsDeleted);", set()),
        ("b.Entity<Order>().HasQueryFilter(o => o.Owner.Tenant.IsActive == true && o.UserId != null);", set()),
        (
            "class C : IEntityTypeConfiguration<Bill> { void C(EntityTypeBuilder<Bill> b) { b.HasQueryFilter(x => x.UserId == _user.Id); } }",
            {"Bill"},
        ),
        ("void Set<T>(ModelBuilder b) where T : class, IOwned { b.Entity<T>().HasQueryFilter(e => e.TenantId == _current.TenantId); }", {"IOwned"}),
        ("if (typeof(ITenantRow).IsAssignableFrom(type)) { entity.SetQueryFilter(Make(type)); }", {"ITenantRow"}),
        ("if (typeof(ISoftDelete).IsAssignableFrom(type)) { entity.SetQueryFilter(Make(type)); }", set()),
        ("b.Entity<Order>().IsMultiTenant();", {"Order"}),
        ("b.Entity<Order>().HasQueryFilter(o => o.Status == AccountStatus.Active);", set()),
        ('b.Entity<Bill>().HasQueryFilter(o => !o.Gone); if (typeof(ICustomerRow).IsAssignableFrom(t)) { b.Entity(t).HasIndex("UserId"); }', set()),
    ],
)
def test_entities_whose_queries_are_narrowed_to_who_asks(text: str, names: set[str]) -> None:
    assert set(query_filters.narrowed(text)) == names


def test_who_made_a_row_is_held_against_who_calls_from_either_side() -> None:
    for text in ("if (userId != todo.CreatedBy) throw new Exception();", "where.CreatedBy == currentUser.Id"):
        assert madeby.columns([("csharp", text)], madeby.OTHERS) == {"CreatedBy"}
    assert not madeby.columns([("csharp", "todo.CreatedBy != null")], madeby.OTHERS)


BY_CLASS = """
public class MineRequest { [FromClaim("sub")] public int UserId { get; set; } }
public class AnyRequest { public int UserId { get; set; } }
public class DropEndpoint : Endpoint<AnyRequest>
{
    public override void Configure()
    {
        Delete("/orders/{userId}");
        Claims(%s);
    }
    public override async Task HandleAsync(AnyRequest req, CancellationToken ct) { }
}
"""


@pytest.mark.parametrize(("claim", "asks"), [('"UserId"', False), ("ClaimTypes.NameIdentifier", False), ('"AdminId"', True)])
def test_a_claim_that_everybody_has_asks_for_no_permission(claim: str, asks: bool) -> None:
    text = BY_CLASS % claim
    words = Words(load()["patterns"], "csharp", {})
    [entry] = fastendpoints.endpoints(functions(Code(text, "csharp")), words)
    assert ("hasPermission" in entry.around) is asks
    assert fastendpoints.of_claims(text, "MineRequest") == ("UserId",)
    assert fastendpoints.of_claims(text, "AnyRequest") == ()


@pytest.mark.parametrize(("call", "name"), [('Route<int>("id")', "id"), ('Query<Order>("SELECT * FROM orders", id)', None)])
def test_what_a_query_of_a_database_is_handed_is_no_part_of_a_request(call: str, name: str | None) -> None:
    code = Code(f"class A {{ void B() {{ var x = {call}; }} }}", "csharp")
    at = next(i for i, text in enumerate(code.texts) if text in ("Route", "Query"))
    found = whose.of_route(code, at)
    assert (found and found[0]) == name


PART = """@Component
public class ReportRules implements PathRules {
    @Override
    public void configure(AuthorizeHttpRequestsConfigurer<HttpSecurity>.AuthorizationManagerRequestMatcherRegistry auth) {
        auth
            .requestMatchers(HttpMethod.PUT, "/reports/**").hasAnyRole("ADMIN")
            .requestMatchers(HttpMethod.GET, "/reports/**").authenticated();
    }
}
"""
WHOLE = """class Security {
    SecurityFilterChain chain(HttpSecurity http) {
        return http.authorizeHttpRequests(auth -> {
            auth.requestMatchers("/ping").permitAll();
            rules.forEach(each -> each.configure(auth));
            auth.anyRequest().denyAll();
        }).build();
    }
}
"""


@pytest.mark.parametrize(
    ("method", "path", "asked"),
    [
        ("PUT", "/reports/{id}", 'hasAnyRole("ADMIN")'),
        ("GET", "/reports/{id}", "authenticated"),
        ("GET", "/ping", "permitAll"),
        ("GET", "/orders/{id}", "denyAll"),
    ],
)
def test_rules_that_a_class_adds_to_a_chain(method: str, path: str, asked: str) -> None:
    known = Matchers([("src/Security.java", WHOLE), ("src/ReportRules.java", PART)])
    assert known.asks(method, path, "src/web/ReportController.java").removesuffix("()") == asked


def test_rules_of_classes_that_differ_say_nothing() -> None:
    other = PART.replace('hasAnyRole("ADMIN")', "permitAll()")
    known = Matchers([("src/Security.java", WHOLE), ("src/A.java", PART), ("src/B.java", other)])
    assert known.asks("PUT", "/reports/{id}", "src/web/ReportController.java") == ""
    before = WHOLE.replace('"/ping"', '"/reports/**"')
    known = Matchers([("src/Security.java", before), ("src/A.java", PART)])
    assert known.asks("PUT", "/reports/{id}", "src/web/ReportController.java") == ""
    for maybe in (PART.replace("@Component", ""), PART.replace("        auth\n", "        if (strict) auth\n"), f'@Profile("prod")\n{PART}'):
        known = Matchers([("src/Security.java", WHOLE), ("src/ReportRules.java", maybe)])
        assert known.asks("PUT", "/reports/{id}", "src/web/ReportController.java").startswith("denyAll")
    known = Matchers([("src/Security.java", WHOLE.replace("each.configure(auth)", "each.toString()")), ("src/ReportRules.java", PART)])
    assert known.asks("PUT", "/reports/{id}", "src/web/ReportController.java").startswith("denyAll")
    assert (
        Matchers([("other/src/Security.java", WHOLE), ("other/src/A.java", PART)]).asks("PUT", "/reports/{id}", "web/src/C.java")
        != 'hasAnyRole("ADMIN")'
    )
