"""Handlers of Go that are told by what they take, ids that a helper hands over, rows of layers: shapes of real apps, each with its mutation."""

from __future__ import annotations

from prodlint.model import FileFacts, Match
from prodlint.models import load
from prodlint.patterns.evidence.judge import confidence
from prodlint.project import Project, link

MODEL = 'package store\n\ntype Order struct {\n\tID string `db:"id"`\n\tUserID string `db:"user_id"`\n}\n'
STORE = """\
package store

type Orders struct{ db *sql.DB }

func (s *Orders) Delete(ctx context.Context, id string) error {
	_, err := s.db.ExecContext(ctx, "DELETE FROM orders WHERE id = $1", id)
	return err
}

func (s *Orders) DeleteOwn(ctx context.Context, id string, userID string) error {
	_, err := s.db.ExecContext(ctx, "DELETE FROM orders WHERE id = $1 AND user_id = $2", id, userID)
	return err
}
"""


def project(files: dict[str, str], framework: str = "go", message: str = "", signs: tuple[str, ...] = ()) -> Project:
    facts = {}
    for path, text in {"store/model.go": MODEL, "store/orders.go": STORE, **files}.items():
        lines = text.splitlines()
        at = [(number, line.index("func") + 1, len(line)) for number, line in enumerate(lines, 1) if any(sign in line for sign in signs)]
        entries = [Match("entries", line, first, line, last, message, {"role": "entry", "framework": framework}) for line, first, last in at]
        routes = [
            Match(
                "entries",
                number,
                line.index(".GET(") + 1,
                number,
                len(line),
                f"GET ={line.split('(')[1].split(',')[0]}",
                {"role": "entry", "framework": "go-router"},
            )
            for number, line in enumerate(lines, 1)
            if ".GET(" in line
        ]
        facts[path] = FileFacts(path, "x", 0, matches=(*entries, *routes, Match("source-text", 1, 1, 1, 1, text, {})))
    return link(facts, models=load())


def told(files: dict[str, str], framework: str = "go", message: str = "", *signs: str) -> list[str]:
    return [each.id for each in project(files, framework, message, signs).loose_ids("go")]


# ---------------------------------------------------------------- by what they take
FIELD = """\
package graph

func (r *mutationResolver) DeleteOrder(ctx context.Context, id string) (bool, error) {
	%s
	return err == nil, err
}
"""


def test_a_field_of_gqlgen_is_handed_its_ids():
    loose = FIELD % "err := r.orderStore.Delete(ctx, id)"
    own = FIELD % "user := auth.UserFromContext(ctx)\n\terr := r.orderStore.DeleteOwn(ctx, id, user.ID)"
    assert told({"graph/schema.go": loose}, "go-signed", "field", "func (r") == ["id"]
    assert told({"graph/schema.go": own}, "go-signed", "field", "func (r") == []


def test_what_is_sent_under_the_name_of_a_user_is_sent():
    text = """\
package graph

func (r *mutationResolver) UpdateOrder(ctx context.Context, user model.UserInput) (bool, error) {
	err := r.orderStore.Delete(ctx, user.OrderID)
	return err == nil, err
}
"""
    assert told({"graph/schema.go": text}, "go-signed", "field", "func (r") == ["OrderID"]


OPERATION = """\
package api

func (s *Server) DeleteOrder(ctx context.Context, request DeleteOrderRequestObject) (DeleteOrderResponseObject, error) {
	%s
	return DeleteOrder204Response{}, err
}
"""


def test_an_operation_of_a_generated_server():
    loose = OPERATION % "err := s.orderStore.Delete(ctx, request.OrderId)"
    own = OPERATION % "err := s.orderStore.DeleteOwn(ctx, request.OrderId, auth.UserFromContext(ctx).ID)"
    assert told({"api/orders.go": loose}, "go-signed", "operation", "func (s *Server") == ["OrderId"]
    assert told({"api/orders.go": own}, "go-signed", "operation", "func (s *Server") == []


SWAGGER = """\
package handlers

func (h *Handler) DeleteOrder(params orders.DeleteOrderParams, principal *models.Principal) middleware.Responder {
	%s
	return orders.NewDeleteOrderNoContent()
}
"""


def test_go_swagger_hands_over_who_asks():
    loose = SWAGGER % "err := h.orderStore.Delete(params.HTTPRequest.Context(), params.OrderID)"
    own = SWAGGER % "err := h.orderStore.DeleteOwn(params.HTTPRequest.Context(), params.OrderID, principal.ID)"
    assert told({"handlers/orders.go": loose}, "go-signed", "operation", "func (h") == ["OrderID"]
    assert told({"handlers/orders.go": own}, "go-signed", "operation", "func (h") == []


BEEGO = """\
package controllers

func (c *OrderController) DeleteOrder() {
	id := c.GetString("id")
	%s
	c.ServeJSON()
}

func (c *OrderController) ResponseOk() {
	c.ServeJSON()
}
"""
FILTER = """\
package routers

func ApiFilter(ctx *context.Context) {
	owner, name := getObject(ctx)
	if !authz.IsAllowed(getSubject(ctx), ctx.Request.URL.Path, owner, name) {
		denyRequest(ctx)
	}
}
"""


def test_a_controller_of_beego_asks_itself_for_what_was_sent():
    loose = BEEGO % "err := orderStore.Delete(context.TODO(), id)"
    own = BEEGO % "err := orderStore.DeleteOwn(context.TODO(), id, c.GetSessionUserId())"
    assert told({"controllers/order.go": loose}, "go-signed", "controller", "func (c") == ["id"]
    assert told({"controllers/order.go": own}, "go-signed", "controller", "func (c") == []


def test_a_filter_that_nobody_read_is_a_doubt():
    loose = BEEGO % "err := orderStore.Delete(context.TODO(), id)"
    files = {"controllers/order.go": loose, "routers/filter.go": FILTER}
    guards = [each.unread.name for each in project(files, "go-signed", "controller", ("func (c",)).loose_ids("go")]
    assert guards == ["ApiFilter"]
    by_role = FILTER.replace("getSubject(ctx), ctx.Request.URL.Path, owner, name", "user.Role, ctx.Request.URL.Path")
    for mutation in (FILTER.replace("denyRequest", "noteRequest"), FILTER.replace("authz.IsAllowed(", "note("), by_role):
        files["routers/filter.go"] = mutation
        assert [each.unread for each in project(files, "go-signed", "controller", ("func (c",)).loose_ids("go")] == [None]


ANSWER = """\
package api

func (a *API) register(r *mux.Router) {
	r.Handle("/order", %s)
}

func (a *API) showOrder(r *http.Request) *Response {
	params := r.Context().Value(CtxParams).(Params)
	err := a.orderStore.Delete(r.Context(), params.Get("orderId"))
	return answer(err)
}
"""


def test_a_function_of_a_request_alone_is_a_handler_where_something_wraps_it():
    assert told({"api/api.go": ANSWER % "chain(answer(a.showOrder))"}, "go", "", "func (a *API) show") == ["orderId"]
    assert told({"api/api.go": ANSWER % "other(a.show)"}, "go", "", "func (a *API) show") == []


# ---------------------------------------------------------------- what is handed on
CONTINUED = """\
package api

func (a *API) remove(c *gin.Context) {
	%s
		a.orderStore.Delete(c, id)
	})
}
"""


def test_a_helper_hands_on_what_it_read_of_the_request():
    assert told({"api/api.go": CONTINUED % 'withID(c, "id", func(id string) {'}, "go", "", "func (a") == ["id"]
    assert told({"api/api.go": CONTINUED % "transact(func(id string) {"}, "go", "", "func (a") == []


KEPT_IN_MEMORY = """\
package systems

func (m *Manager) GetSystem(%s string) (*System, error) {
	found, ok := m.systems.GetOk(%s)
	return found, nil
}
"""
ASKS = """\
package api

func (h *Hub) show(c echo.Context) error {
	found, err := h.systems.GetSystem(c.QueryParam("%s"))
	return c.JSON(200, found)
}
"""


def test_what_a_function_of_the_project_calls_an_id_is_one():
    by_id = {"systems/manager.go": KEPT_IN_MEMORY % ("systemID", "systemID")}
    assert told({**by_id, "api/api.go": ASKS % "system"}, "go", "", "func (h") == ["system"]
    assert told({**by_id, "api/api.go": ASKS % "cursor"}, "go", "", "func (h") == []
    by_word = {"systems/manager.go": KEPT_IN_MEMORY % ("word", "word")}
    assert told({**by_word, "api/api.go": ASKS % "system"}, "go", "", "func (h") == []


RESOLVES = """\
package api

func (h *Handler) show(c echo.Context) error {
	found, err := h.%s(c.Request().Context(), ByID, c.Param("spaceId"))
	return c.JSON(200, found)
}
"""


def test_a_layer_that_keeps_rows_is_asked_for_one_whatever_the_order_of_words():
    assert told({"api/api.go": RESOLVES % "store.SpaceResolve"}, "go", "", "func (h") == ["spaceId"]
    assert told({"api/api.go": RESOLVES % "printer.SpaceResolve"}, "go", "", "func (h") == []
    assert told({"api/api.go": RESOLVES % "store.SpaceExists"}, "go", "", "func (h") == []


# ---------------------------------------------------------------- where they are registered, and whose packages they ask
NAMED_PATH = """\
package api

const GetOrderURL = "/orders/:id"

func register(r *echo.Group, h *Handler) {
	r.GET(GetOrderURL, h.showOrder)
}

func (h *Handler) showOrder(c echo.Context) error {
	return h.orderStore.Delete(c.Request().Context(), c.Param("id"))
}
"""


def test_a_path_that_has_a_name():
    loose = list(project({"api/api.go": NAMED_PATH}, signs=("func (h",)).loose_ids("go"))
    assert [(each.id, each.ref.methods, each.ref.path) for each in loose] == [("id", ("GET",), "/orders/:id")]
    twice = {"api/api.go": NAMED_PATH, "api/other.go": 'package api\n\nconst GetOrderURL = "/others/:id"\n'}
    assert [each.ref.path for each in project(twice, signs=("func (h",)).loose_ids("go")] == [""]


WHO = """\
package middleware

func OrgOf(r *http.Request) (string, bool) {
	org, ok := r.Context().Value(OrgIDKey).(string)
	return org, ok
}
"""
PASSED_ON = 'package middleware\n\nfunc OrgOf(r *http.Request) (string, bool) {\n\treturn r.URL.Query().Get("org"), true\n}\n'
OF_ORG = """\
package api

import (
	"net/http"

	"example.com/shop/internal/middleware"
)

func (a *API) remove(w http.ResponseWriter, r *http.Request) {
	org, _ := middleware.OrgOf(r)
	a.orderStore.DeleteOwn(r.Context(), r.PathValue("orderId"), org)
}
"""


def test_of_two_packages_of_one_name_the_imported_one_is_asked():
    files = {"internal/middleware/auth.go": WHO, "plugins/middleware/auth.go": PASSED_ON, "internal/api/api.go": OF_ORG}
    assert told(files, "go", "", "func (a") == []
    files = {"internal/middleware/auth.go": PASSED_ON, "plugins/middleware/auth.go": WHO, "internal/api/api.go": OF_ORG}
    assert told(files, "go", "", "func (a") != []


OF_REQUEST = """\
package api

func (a *API) remove(c echo.Context) error {
	orderDao, err := %s(c)
	return orderDao.Delete(c.Request().Context(), c.Param("orderId"))
}
"""
FOR_TENANT = """\
package api

func daoOf(c echo.Context) (*store.Orders, error) {
	tenant, err := getTenantFromContext(c)
	return store.NewOrders(tenant), err
}
"""
FOR_ALL = "package api\n\nfunc daoOf(c echo.Context) (*store.Orders, error) {\n\treturn store.NewOrders(c.Request().Context()), nil\n}\n"


def test_what_keeps_rows_is_made_for_whoever_asks():
    variable = OF_REQUEST.replace("func (a", "var getOrderDao func(c echo.Context) (store.OrderDao, error)\n\nfunc (a", 1)
    assert told({"api/api.go": variable % "getOrderDao"}, "go", "", "func (a") == []  # which may look at anything
    assert told({"api/api.go": OF_REQUEST % "getOrderDao"}, "go", "", "func (a") == ["orderId"]
    assert told({"api/api.go": OF_REQUEST % "daoOf", "api/dao.go": FOR_TENANT}, "go", "", "func (a") == []
    assert told({"api/api.go": OF_REQUEST % "daoOf", "api/dao.go": FOR_ALL}, "go", "", "func (a") == ["orderId"]


HELD = """\
package api

var routes = define(a.remove)

func (a *API) remove(ctx http.Context) (any, error) {
	vars := ctx.Variables()
	id, err := maps.String(vars, "orderId")
	return nil, a.orderStore.Delete(ctx.Request().Context(), %s)
}
"""


def test_a_helper_takes_one_value_out_of_what_was_sent():
    assert told({"api/api.go": HELD % "id"}, "go", "", "func (a") == ["orderId"]
    assert told({"api/api.go": HELD % "ownID"}, "go", "", "func (a") == []


# ---------------------------------------------------------------- whose methods are theirs
EMBEDS = """\
package repositories

type orderRepository struct {
	common.Repository[string, Order]
	db *gorm.DB
}

func (r *orderRepository) Count(ctx context.Context) int {
	return 0
}
"""
GENERIC = """\
package common

type Repository[ID any, T any] interface {
	Writer[ID, T]
}

type Writer[ID any, T any] interface {
	Remove(ctx context.Context, id ID) error
}
"""
KEEPS = """\
package repositories

type GormRepository[ID any, T any] struct{ db *gorm.DB }

func (g *GormRepository[ID, T]) Remove(ctx context.Context, id ID) error {
	var row T
	%s
}
"""
REMOVES = """\
package api

type API struct{ orders *repositories.orderRepository }

func (a *API) remove(c echo.Context) error {
	return a.orders.Remove(c.Request().Context(), c.Param("orderId"))
}
"""


def test_methods_of_what_a_struct_embeds_are_its_own():
    files = {"repositories/orders.go": EMBEDS, "common/repository.go": GENERIC, "api/api.go": REMOVES}
    files["repositories/gorm.go"] = KEEPS % 'return g.db.Where("id = ?", id).Delete(&row).Error'
    assert told(files, "go", "", "func (a") == ["orderId"]
    files["repositories/gorm.go"] = KEEPS % 'return g.db.Where("id = ? AND user_id = ?", id, UserIDFromContext(ctx)).Delete(&row).Error'
    assert told(files, "go", "", "func (a") == []


PARENT = """\
package router

func register(r *echo.Group, h *ReleaseController) {
	r.GET(ReleaseURL, h.removeRelease%s)
}

const ReleaseURL = "/projects/:projectSlug/releases/:releaseID"

type ReleaseController struct{ orderStore *store.Orders }

func (h *ReleaseController) removeRelease(c echo.Context) error {
	return h.orderStore.Delete(c.Request().Context(), c.Param("releaseID"))
}
"""


def test_a_guard_about_the_parent_says_nothing_of_the_child():
    def seen(guard: str) -> list[tuple[str, str, bool]]:
        loose = project({"router/router.go": PARENT % guard}, signs=("func (h",)).loose_ids("go")
        return [(each.id, each.role, each.others_tied) for each in loose]

    assert seen(", requireProjectAccess(Update)") == [("releaseID", "", True)]
    assert [each[1:] for each in seen(", requireReleaseAccess(Update)")] != [("", True)]
    assert [each[2] for each in seen(", requireAccess(Update)")] == [False]


def test_a_model_of_beego_says_whose_its_rows_are():
    tagged = 'package store\n\ntype Order struct {\n\tID int `orm:"column(id)"`\n\tUserID int `orm:"column(user_id)"`\n}\n'
    loose = FIELD % "err := r.orderStore.Delete(ctx, id)"

    def owned(model: str) -> list[str]:
        made = project({"store/model.go": model, "graph/schema.go": loose}, "go-signed", "field", ("func (r",))
        return [each.owned for each in made.loose_ids("go")]

    assert owned(tagged) == ["owned"]
    assert owned(tagged.replace("UserID", "Total").replace("user_id", "total")) != ["owned"]


def test_a_layer_that_looks_at_who_asks_is_believed():
    files = {"repositories/orders.go": EMBEDS, "common/repository.go": GENERIC, "api/api.go": REMOVES.replace("orders", "orderRepo")}
    narrowed = "if scope, ok := TenantFromContext(ctx); ok {\n\t\tdb = db.Scopes(owned(scope))\n\t}"
    scoped = f'db := g.db.Where("id = ?", id)\n\t{narrowed}\n\treturn db.Delete(&row).Error'
    files["repositories/gorm.go"] = KEEPS % scoped
    assert told(files, "go", "", "func (a") == []
    files["repositories/gorm.go"] = KEEPS % scoped.replace("TenantFromContext(ctx)", "g.scope()")
    assert told(files, "go", "", "func (a") == ["orderId"]


CHANGED_BY = """\
package api

func (h *Handler) edit(c echo.Context) error {
	user := auth.UserFromContext(c.Request().Context())
	order, err := h.orderStore.FindByID(c.Request().Context(), c.Param("orderId"))
	return h.orders.UpdateOrder(c.Request().Context(), user, order)
}
"""
NOTES = """\
package api

type Orders struct{}

func (o *Orders) UpdateOrder(ctx context.Context, user *User, order *Order) error {
	return o.send(%s)
}
"""


def test_what_is_only_handed_on_with_who_asks_is_not_tied_by_a_function_that_may_ask_for_a_row():
    assert told({"api/api.go": CHANGED_BY, "api/orders.go": NOTES % "user, order"}, "go", "", "func (h") == ["orderId"]


def test_an_id_of_somebody_or_of_nothing_says_not_of_what_it_is():
    for name in ("id", "userID", "ownerId"):
        kept = {"systems/manager.go": KEPT_IN_MEMORY % (name, name)}
        assert told({**kept, "api/api.go": ASKS % "pusher"}, "go", "", "func (h") == []


INTERCEPTOR = """\
package api

func Acl(ctx context.Context, req any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	id := req.(interface{ GetOrderId() string }).GetOrderId()
	if !acl.IsAllowed(ctx, resourceOf(id)) {
		return nil, status.Error(codes.PermissionDenied, "no")
	}
	return next(ctx, req)
}
"""
REMOTE = """\
package api

func (s *Server) DeleteOrder(ctx context.Context, req *orderpb.DeleteOrderRequest) (*orderpb.Empty, error) {
	return nil, s.orderStore.Delete(ctx, req.GetOrderId())
}
"""


def test_an_interceptor_stands_before_remote_calls_alone():
    remote = {"api/server.go": REMOTE, "api/acl.go": INTERCEPTOR}
    assert [each.unread is not None for each in project(remote, "go-operation", "", ("func (s",)).loose_ids("go")] == [True]
    beside = {"api/api.go": ASKS % "systemId", "systems/manager.go": KEPT_IN_MEMORY % ("systemID", "systemID"), "api/acl.go": INTERCEPTOR}
    assert [each.unread is not None for each in project(beside, "go", "", ("func (h",)).loose_ids("go")] == [False]


def test_a_field_is_told_as_possible_alone():
    loose = FIELD % "err := r.orderStore.Delete(ctx, id)"  # a directive of the schema may ask
    made = project({"graph/schema.go": loose}, "go-signed", "field", ("func (r",))
    assert [confidence(each) for each in made.loose_ids("go")] == ["low"]
