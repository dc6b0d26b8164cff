"""What functions of the project do with the ids that a handler of Go or C# hands them: shapes of real apps, each with its mutation."""

from __future__ import annotations

import pytest

from prodlint.models import load
from prodlint.patterns.text.words import Words
from tests.patterns.apps import told


def ids(language: str, framework: str, sign: str, files: dict[str, str]) -> list[str]:
    return [name for name, _ in told(language, framework, sign, files)]


# ------------------------------------------------------------------------- Go: what the client sent
HANDLER = """\
package api

func (h *Handler) Show(w http.ResponseWriter, r *http.Request) {
	%s
	order, err := h.orders.FindByID(r.Context(), %s)
	render.JSON(w, r, order)
}
"""
STORE = """\
package repository

type Order struct {
	ID     int64 `db:"id"`
	UserID int64 `db:"user_id"`
}

func (r *orderRepository) FindByID(ctx context.Context, %s) (*Order, error) {
	var order Order
	err := r.db.QueryRowContext(ctx, "SELECT * FROM orders WHERE %s", %s).Scan(&order.ID)
	return &order, err
}
"""
BY_ID = STORE % ("id int64", "id = $1", "id")


@pytest.mark.parametrize(
    ("read", "names"),
    [
        ('id := mux.Vars(r)["id"]', ["id"]),
        ('id, err := strconv.ParseInt(mux.Vars(r)["id"], 10, 64)', ["id"]),
        ('vars := mux.Vars(r)\n\tid, err := strconv.Atoi(vars["id"])', ["id"]),
        ("in, err := decode[getOrder](r)\n\tid := in.ID", ["ID"]),
        ('id := strings.TrimPrefix(r.URL.Path, "/orders/")', ["id"]),
        ("var in getOrder\n\th.readJSON(w, r, &in)\n\tid := in.ID", ["ID"]),
        ("id := h.settings.DefaultOrderID", []),
        ("token, err := jwt.ParseRequest(r)\n\tid := token.ID", []),
    ],
)
def test_what_a_router_or_a_helper_reads_from_the_request_is_the_clients(read: str, names: list[str]) -> None:
    assert ids("go", "go", "func (h *Handler) Show", {"api/orders.go": HANDLER % (read, "id"), "repository/orders.go": BY_ID}) == names


# ------------------------------------------------------------------------- Go: who asks
@pytest.mark.parametrize(
    ("params", "where", "given", "names"),
    [
        ("userID, id int64", "id = $1 AND user_id = $2", "id, userID", []),
        ("userID, id int64", "id = $1", "id", ["id"]),  # it is handed who asks, and forgets it
    ],
)
def test_a_repository_narrows_by_what_its_query_says_and_not_by_what_it_is_handed(params: str, where: str, given: str, names: list[str]) -> None:
    read = 'id := chi.URLParam(r, "id")\n\tuserID := auth.UserIDFromContext(r.Context())'
    files = {"api/orders.go": HANDLER % (read, "userID, id"), "repository/orders.go": STORE % (params, where, given)}
    assert ids("go", "go", "func (h *Handler) Show", files) == names


GIN = """\
package api

func (server *Server) getOrder(ctx *gin.Context) {
	var req getOrderRequest
	ctx.ShouldBindUri(&req)
	payload := %s
	order, err := server.store.FindByID(ctx, req.ID)
	%s
	ctx.JSON(http.StatusOK, order)
}
"""


@pytest.mark.parametrize(
    ("who", "check", "names"),
    [
        ("ctx.MustGet(authorizationPayloadKey).(*token.Payload)", "if order.UserID != payload.UserID { return }", []),
        ("ctx.MustGet(authorizationPayloadKey).(*token.Payload)", "log.Println(payload.UserID)", ["ID"]),
        ("handlers.ContextValue[int64](ctx, handlers.TokenUserID)", "if order.UserID != payload { return }", []),
        ("handlers.ContextValue[int64](ctx, handlers.Region)", "if order.Region != payload { return }", ["ID"]),
    ],
)
def test_what_a_context_holds_under_a_key_that_names_a_person_or_an_authorization_says_who_asks(who: str, check: str, names: list[str]) -> None:
    files = {"api/orders.go": GIN % (who, check), "repository/orders.go": BY_ID}
    assert ids("go", "go", "func (server *Server) getOrder", files) == names


@pytest.mark.parametrize(
    ("name", "lets_in"),
    [
        ("AuthRequired", True), ("LoginRequired", True), ("UserAuthMiddleware", True), ("SessionMiddleware", True), ("MustAuth", True),
        ("OptionalAuthMiddleware", False), ("AuthorMiddleware", False), ("CSRFTokenMiddleware", False), ("UnauthenticatedOnly", False),
    ],
)  # fmt: skip
def test_middleware_that_lets_in_who_is_signed_in(name: str, lets_in: bool) -> None:
    assert bool(Words(load()["patterns"], "go", {}).signed.fullmatch(name)) is lets_in


# ------------------------------------------------------------------------- Go: go-kit
ENDPOINT = """\
package api

func viewDeviceEndpoint(svc things.Service) endpoint.Endpoint {
	return func(ctx context.Context, request interface{}) (interface{}, error) {
		req := request.(viewReq)
		device, err := svc.ViewDevice(ctx, req.token, req.id)
		return deviceRes{device}, err
	}
}

func (lm *loggingMiddleware) ViewDevice(ctx context.Context, token, id string) (Device, error) {
	defer lm.log("view", id)
	return lm.svc.ViewDevice(ctx, token, id)
}
"""
SERVICE = """\
package things

func (ts *thingsService) ViewDevice(ctx context.Context, token, id string) (Device, error) {
	res, err := ts.auth.Identify(ctx, &pb.Token{Value: token})
	device, err := ts.devices.RetrieveByID(ctx, res.GetId(), id)
	%s
	return device, nil
}
"""
DEVICES = """\
package postgres

type dbDevice struct {
	ID    string `db:"id"`
	OwnerID string `db:"owner_id"`
}

func (dr deviceRepository) RetrieveByID(ctx context.Context, owner, id string) (Device, error) {
	row := dr.db.QueryRowxContext(ctx, "SELECT name FROM devices WHERE id = $1", id)
	return toDevice(row), nil
}

func (ur userRepository) RetrieveByID(ctx context.Context, id string) (User, error) {
	row := ur.db.QueryRowxContext(ctx, "SELECT name FROM users WHERE id = $1", id)
	return toUser(row), nil
}
"""


@pytest.mark.parametrize(("check", "names"), [("", [("id", "medium")]), ("if device.Owner != res.GetId() { return Device{}, ErrAuthorization }", [])])
def test_an_endpoint_of_go_kit_leads_through_what_wraps_the_service_to_the_repository_of_its_subject(
    check: str, names: list[tuple[str, str]]
) -> None:
    files = {"api/endpoint.go": ENDPOINT, "things/service.go": SERVICE % check, "postgres/devices.go": DEVICES}
    assert told("go", "go-operation", "return func(ctx context.Context", files) == names


WRAPPED = """\
package api

func (s *svc) Show(ctx context.Context, token string, id string) (Order, error) {
	return s.orderRepo.RetrieveByID(ctx, id)
}

func (am *around) Show(ctx context.Context, token string, id string) (Order, error) {
	%s
	return am.svc.Show(ctx, token, id)
}

func (r *OrderRepo) RetrieveByID(ctx context.Context, id string) (Order, error) {
	var o Order
	err := r.db.GetContext(ctx, &o, "SELECT * FROM orders WHERE id = $1", id)
	return o, err
}

type Order struct {
	ID     string `db:"id"`
	UserID string `db:"user_id"`
}

func showEndpoint(svc Service) endpoint.Endpoint {
	return func(ctx context.Context, request interface{}) (interface{}, error) {
		req := request.(showReq)
		return svc.Show(ctx, req.token, req.id)
	}
}
"""


@pytest.mark.parametrize(
    ("first", "names"),
    [
        ('defer am.log("show", id)', ["id"]),
        ("defer func(begin time.Time) {\n\t\tif err != nil {\n\t\t\treturn\n\t\t}\n\t}(time.Now())", ["id"]),
        ("if err := am.auth.CanView(ctx, token, id); err != nil {\n\t\treturn Order{}, err\n\t}", []),
    ],
)
def test_what_wraps_a_service_and_may_turn_away_is_no_mere_wrapper(first: str, names: list[str]) -> None:
    assert ids("go", "go-operation", "return func(ctx context.Context", {"api/service.go": WRAPPED % first}) == names


# ------------------------------------------------------------------------- what a called function checks
CHILD = """\
package api

func (h *Handler) ListFiles(c *gin.Context) {
	user := middleware.GetUser(c)
	files, err := h.Files.ListFiles(c.Request.Context(), c.Param("projectId"), c.Param("issueId"), user.ID)
	c.JSON(http.StatusOK, files)
}
"""
FILES = """\
package service

func (s *FileService) ListFiles(ctx context.Context, projectID, issueID, userID string) ([]File, error) {
	if err := %s; err != nil {
		return nil, err
	}
	return s.store.FilesOf(ctx, issueID)
}

func (s *FileStore) FilesOf(ctx context.Context, issueID string) ([]File, error) {
	var files []File
	err := s.db.Where("issue_id = ?", issueID).Find(&files).Error
	return files, err
}
"""


@pytest.mark.parametrize(
    ("check", "names"),
    [
        ("s.ensureProjectAccess(ctx, projectID, userID)", ["issueId"]),  # the parent is checked, the child is not
        ("s.ensureIssueAccess(ctx, projectID, issueID, userID)", []),
        ('s.permissions.HasPermission(userID, "files:read")', []),  # whoever may read all of them
    ],
)
def test_a_check_of_the_parent_in_a_called_function_says_nothing_of_the_child(check: str, names: list[str]) -> None:
    assert ids("go", "go", "func (h *Handler) ListFiles", {"api/files.go": CHILD, "service/files.go": FILES % check}) == names


SPANNED = """\
package api

func (h *Handler) Show(w http.ResponseWriter, r *http.Request) {
	id := chi.URLParam(r, "id")
	spanCtx, span := startSpan(r.Context(), "orders.show")
	own := services.NewContext(spanCtx)
	order, err := h.orders.FindByID(spanCtx, %s)
	render.JSON(w, r, order)
}

func NewContext(ctx context.Context) Context {
	user := ctx.Value(ContextUser).(*User)
	return Context{UID: user.ID}
}
"""


@pytest.mark.parametrize(("given", "names"), [("own.UID, id", [])])
def test_a_context_of_a_span_stays_a_context(given: str, names: list[str]) -> None:
    files = {"api/orders.go": SPANNED % given, "repository/orders.go": STORE % ("userID, id int64", "id = $1 AND user_id = $2", "id, userID")}
    assert ids("go", "go", "func (h *Handler) Show", files) == names


CACHED = """\
package repository

func (r *tenantRepository) GetPlan(ctx context.Context, id string) (*Plan, error) {
	span := StartRepositorySpan(ctx, "plan", map[string]interface{}{"id": id})
	key := cache.GenerateKey(ctx, "plan", id)
	r.cache.Put(key)
	client := r.client.Reader(ctx)
	return client.Tenant.Query().Where(%s).Only(ctx)
}

func GenerateKey(ctx context.Context, prefix, id string) string {
	parts := append(parts, types.GetTenantID(ctx), id)
	return strings.Join(parts, ":")
}

func StartRepositorySpan(ctx context.Context, name string, data map[string]interface{}) Span {
	return sentry.Start(types.GetTenantID(ctx), name, data)
}
"""
PLAN = """\
package api

func (h *Handler) GetPlan(c *gin.Context) {
	plan, err := h.tenantRepo.GetPlan(c.Request.Context(), c.Param("id"))
	c.JSON(http.StatusOK, plan)
}
"""


@pytest.mark.parametrize(
    ("where", "names"), [("entPlan.ID(id)", ["id"]), ("entPlan.ID(id), entPlan.TenantID(types.GetTenantIDFromContext(ctx))", [])]
)
def test_a_key_of_a_cache_and_a_span_tie_nothing_and_a_table_of_tenants_is_nobody_who_asks(where: str, names: list[str]) -> None:
    assert ids("go", "go", "func (h *Handler) GetPlan", {"api/plan.go": PLAN, "repository/plan.go": CACHED % where}) == names


# ------------------------------------------------------------------------- Go: whose rows are
NOTE = """\
package api

func (h *Handler) DeleteNote(c *gin.Context) {
	user := c.MustGet("user").(*User)
	h.log.Info(user.Name)
	h.db.Exec("DELETE FROM notes WHERE id = $1", c.Param("id"))
}
"""


@pytest.mark.parametrize(
    ("declared", "confidence"),
    [
        ("type Note struct {\n\tID     int64\n\tUserID int64\n}\n", "medium"),
        ("type Note struct {\n\tID   int64\n\tText string\n}\n", "low"),
        ("const schema = `CREATE TABLE notes (\n\tid INTEGER PRIMARY KEY,\n\tuser_id INTEGER NOT NULL\n);`\n", "medium"),
        ("const schema = `CREATE TABLE notes (\n\tid INTEGER PRIMARY KEY,\n\ttext TEXT\n);`\n", "low"),
        (
            "type Note struct {\n\tID        int64\n\tCreatorID int64\n}\n\nfunc own(n Note, user User) bool { return n.CreatorID == user.ID }\n",
            "medium",
        ),
        ("type Note struct {\n\tID        int64\n\tCreatorID int64\n}\n", "low"),  # who made a row need not own it
    ],
)
def test_a_struct_that_is_called_like_a_table_of_a_query_and_a_table_in_a_text_say_whose_rows_are(declared: str, confidence: str) -> None:
    files = {"api/notes.go": NOTE, "store/notes.go": f"package store\n\n{declared}"}
    assert told("go", "go", "func (h *Handler) DeleteNote", files) == [("id", confidence)]


# ------------------------------------------------------------------------- C#
ORDERS = """\
[Authorize]
[Route("orders")]
public class OrdersController : Controller
{
    [HttpPut("{id}")]
    public async Task<IActionResult> Update(Guid id, Guid orgId, Changes model)
    {
        %s
        return Ok();
    }
}
"""
SHOP = """\
public class Order { public Guid Id { get; set; } public %s public string PlanType { get; set; } }
public class User { public Guid Id { get; set; } public string PasswordHash { get; set; } }
public class Shop : DbContext { public DbSet<Order> Orders { get; set; } public DbSet<User> Users { get; set; } }
"""
OWNED = SHOP % "Guid UserId { get; set; }"
FETCH = "var order = await _context.Orders.FindAsync(id);\n        "
SAVE = "\n        order.Total = model.Total;\n        await _context.SaveChangesAsync();"


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (f"{FETCH}await _seats.AdjustAsync(CurrentUser, order.PlanType);{SAVE}", ["id"]),
        (f"{FETCH}await _seats.AdjustAsync(CurrentUser, order);{SAVE}", []),  # whoever is handed the row may check it
        (f"{FETCH}if (!_rights.IsMine(CurrentUser, order.UserId)) return Forbid();{SAVE}", []),
    ],
)
def test_a_word_or_a_number_of_a_row_beside_who_asks_says_nothing_of_the_row(body: str, names: list[str]) -> None:
    assert ids("csharp", "aspnet", "public async Task<IActionResult> Update", {"C.cs": ORDERS % body, "M.cs": OWNED}) == names


@pytest.mark.parametrize(
    ("found", "names"),
    [
        ("await _context.Orders.FindAsync(id) ?? new Order { Id = id, OrgId = orgId }", ["id"]),
        ("await _context.Orders.FirstOrDefaultAsync(o => o.Id == id && o.OrgId == orgId)", []),
    ],
)
def test_what_stands_in_for_a_row_that_is_not_there_is_not_what_was_found(found: str, names: list[str]) -> None:
    body = f"if (!await _currentContext.AccessOrganization(orgId)) return NotFound();\n        var order = {found};"
    body += "\n        var events = await _events.GetManyAsync(order.OrgId, order.Id);"
    assert ids("csharp", "aspnet", "public async Task<IActionResult> Update", {"C.cs": ORDERS % body, "M.cs": OWNED}) == names


@pytest.mark.parametrize(
    ("column", "beside", "confidence"),
    [
        ("string BuyerId { get; set; }", "", "medium"),
        ("int CreatorId { get; set; }", "class P { bool Own(Order old, User user) => old.CreatorId != user.UserId; }", "medium"),
        ("int CreatorId { get; set; }", "", "low"),
    ],
)
def test_who_bought_owns_and_who_made_a_row_owns_it_where_code_says_so(column: str, beside: str, confidence: str) -> None:
    files = {"C.cs": ORDERS % (FETCH + SAVE), "M.cs": SHOP % column + beside}
    assert told("csharp", "aspnet", "public async Task<IActionResult> Update", files) == [("id", confidence)]


LISTS = """\
public class TodoListService : ITodoListService
{
    public async Task<TodoList> UpdateAsync(Guid id, Changes changes)
    {
        var list = await _gateway.GetFirstAsync(each => each.Id == id);
        var userId = _claims.GetUserId();
        %s
        list.Title = changes.Title;
        return await _gateway.UpdateAsync(list);
    }
}
"""
CALLS = "await _todoListService.UpdateAsync(id, model);"


@pytest.mark.parametrize(
    ("check", "names"), [("if (userId != list.UserId) throw new ForbiddenException();", []), ("_logger.LogInformation(userId);", ["id"])]
)
def test_a_field_of_what_a_called_function_found_is_held_against_who_asks(check: str, names: list[str]) -> None:
    fields = "    private readonly ITodoListService _todoListService;\n\n    [HttpPut"
    files = {"C.cs": (ORDERS % CALLS).replace("    [HttpPut", fields), "M.cs": OWNED, "S.cs": LISTS % check}
    assert ids("csharp", "aspnet", "public async Task<IActionResult> Update", files) == names
