"""Go: how what a client sent reaches a handler, and what stands before it: forms bound by other means, guards that are told a part of the path,
helpers that take the request. Shapes of real apps, each with its mutation."""

from __future__ import annotations

import pytest

from prodlint.patterns.entries.around import ties_by_name
from prodlint.patterns.go.before import named, of_query, spelled
from prodlint.patterns.text.reader import functions
from prodlint.patterns.text.tokens import Code
from tests.patterns.apps import linked, told

MODELS = """\
package model

type Order struct {
	gorm.Model
	UserID uint `gorm:"index"`
}
"""
MINE = """\
package api

func (h *OrderHandler) Mine(c *gin.Context) {
	user := middleware.GetUser(c)
	var order model.Order
	h.db.Where("id = ? AND user_id = ?", c.Param("id"), user.ID).First(&order)
	c.JSON(200, order)
}
"""
BINDS = """\
package handler

func BindAndCheck(c *gin.Context, data interface{}) bool {
	if err := c.ShouldBind(data); err != nil {
		c.JSON(400, gin.H{"error": "bad"})
		return true
	}
	return false
}

func Answer(c *gin.Context, data interface{}) bool {
	c.JSON(200, data)
	return false
}
"""
HANDLER = """\
package api

type OrderHandler struct {
	db *gorm.DB
}

func (h *OrderHandler) Remove(c *gin.Context) {
	user := middleware.GetUser(c)
	%s
	var order model.Order
	h.db.Where(%s).Delete(&order)
	c.JSON(200, user.Name)
}
"""
GIN = {"model/models.go": MODELS, "api/mine.go": MINE, "handler/bind.go": BINDS}


def removed(binds: str, where: str = '"id = ?", form.ID') -> list[str]:
    files = {**GIN, "api/orders.go": HANDLER % (binds, where)}
    return [name for name, confidence in told("go", "go", "func (h *", files) if confidence == "medium"]


@pytest.mark.parametrize(
    "binds",
    [
        "form := &OrderForm{}\n\tif handler.BindAndCheck(c, form) {\n\t\treturn\n\t}",
        "form := new(OrderForm)\n\tif err := c.ShouldBindJSON(form); err != nil {\n\t\treturn\n\t}",
        "var form OrderForm\n\tif handler.BindAndCheck(c, &form) {\n\t\treturn\n\t}",
    ],
)
def test_a_form_is_bound_through_a_pointer_or_by_a_function_of_the_project(binds: str) -> None:
    assert removed(binds) == ["ID"]
    assert removed(binds, '"id = ? AND user_id = ?", form.ID, user.ID') == []


def test_what_binds_nothing_fills_nothing() -> None:
    assert removed("form := &OrderForm{}\n\thandler.Answer(c, form)") == []


def test_how_a_field_is_spelled_where_it_is_sent() -> None:
    assert [spelled(each) for each in ("KbID", "BaseId", "ID", "userID")] == ["kb_id", "base_id", "id", "user_id"]


@pytest.mark.parametrize(("binds", "fields"), [("c.ShouldBindQuery(&form)", {"BaseId", "BaseID"}), ("c.ShouldBindJSON(&form)", set())])
def test_what_was_checked_of_a_query_says_nothing_of_a_body(binds: str, fields: set[str]) -> None:
    handler = functions(Code(f"package api\n\nfunc Show(c *gin.Context) {{\n\tvar form Form\n\t{binds}\n}}\n", "go"))[0]
    assert of_query(frozenset({"base_id"}), handler) == fields


@pytest.mark.parametrize(
    ("around", "parts"),
    [
        ('wiki.GET("/pages", g.Viewer(), g.KBAccessRead("kb_id"), h.ListPages)', {"kb_id"}),
        ('r.GET("/x/:id", middleware.RequireMemberOf("id"), h.Show)', {"id"}),
        ('r.GET("/members/:id", middleware.ValidateUUID("id"), h.Show)', set()),
        ('r.GET("/x/:id", middleware.ParseOwnerID("id"), h.Show)', set()),
        ('r.GET("/x/:id", mw.AccessLog("id"), mw.CountAccess("id"), mw.PermissionTag("id"), mw.CanCORS("id"), h.Show)', set()),
        ('r.GET("/x/:id", mw.CanEdit("id"), h.Show)', {"id"}),
    ],
)
def test_a_guard_is_told_a_part_of_the_path(around: str, parts: set[str]) -> None:
    assert named(around) == parts


def test_what_a_login_is_made_of_says_nothing_of_what_it_asks() -> None:
    assert not ties_by_name("middleware.Auth(p.UserService, p.TenantMemberService, p.Config))")
    assert ties_by_name("middleware.RequireMember(p.TenantMemberService)")
    assert ties_by_name('middleware.Auth("member:write")') and ties_by_name("g.OwnedAgentOrAdmin()")


HELPER = """\
package api

type PageHandler struct {
	db *gorm.DB
}

func (h *PageHandler) theOrder(c *gin.Context) (*model.Order, uint, error) {
	userID := c.GetUint(types.UserIDContextKey.String())
	var order model.Order
	err := h.db.Where(%s).First(&order).Error
	return &order, userID, err
}

func (h *PageHandler) ListPages(c *gin.Context) {
	order, _, err := h.theOrder(c)
	if err != nil {
		return
	}
	c.JSON(200, order)
}

func Routes(r *gin.Engine, h *PageHandler) {
	r.GET("/orders/:order_id/pages", h.ListPages)
}
"""


@pytest.mark.parametrize(
    ("where", "ids"), [('"id = ?", c.Param("order_id")', ["order_id"]), ('"id = ? AND user_id = ?", c.Param("order_id"), userID', [])]
)
def test_a_helper_that_takes_the_request_is_read_where_it_is_called(where: str, ids: list[str]) -> None:
    project = linked("go", "func (h *", {**GIN, "api/pages.go": HELPER % where})
    loose = [each for each in project.loose_ids("go") if each.finding().confidence == "medium"]
    assert [each.id for each in loose] == ids
    assert all(each.ref.handler == "ListPages" for each in loose)  # and the helper is no handler, since it gives more than an error


OPERATION = """\
package api

func Register(api huma.API, h *OrderHandler) {
	huma.Register(api, huma.Operation{
		OperationID: "remove",
		Method:      http.MethodDelete,
		Path:        "/orders/{id}",
		%s
	}, h.Remove)
}

type OrderHandler struct {
	db *gorm.DB
}

func (h *OrderHandler) Remove(ctx context.Context, input *RemoveInput) (*Removed, error) {
	err := h.db.Where("id = ?", input.ID).Delete(&model.Order{}).Error
	return nil, err
}
"""


@pytest.mark.parametrize(
    ("before", "confidence"),
    [
        ("Middlewares: middleware.RequirePermission(api, authz.OrdersDelete),", "low"),
        ("Middlewares: huma.Middlewares{middleware.Trace(api)},", "medium"),
    ],
)
def test_what_stands_before_an_operation_of_huma(before: str, confidence: str) -> None:
    files = {**GIN, "api/orders.go": OPERATION % before}
    files["api/mine.go"] = MINE.replace("OrderHandler", "MineHandler")
    said = {each.ref.handler: each.finding().confidence for each in linked("go-operation", ") Remove(", files).loose_ids("go")}
    assert said == {"Remove": confidence}


def test_who_signed_in_by_other_words() -> None:
    mine = 'loginUID := c.GetLoginUID()\n\tform := c.Param("id")'
    assert removed(mine, '"id = ? AND user_id = ?", form, loginUID') == []
