"""Handlers of Go that another function makes or wraps, what they are handed, and whom they ask: shapes of real apps, each with its mutation."""

from __future__ import annotations

import pytest

from prodlint.model import FileFacts, Match
from prodlint.models import load
from prodlint.project import link

STORE = """\
package usecases

type Inbox struct {
	ID     string `db:"id"`
	UserID string `db:"user_id"`
}

func (uc *UsecasesWithCreds) NewInboxUsecase() InboxUsecase {
	return InboxUsecase{db: uc.db}
}

func (u *InboxUsecase) Fetch(ctx context.Context, id string) (Inbox, error) {
	var inbox Inbox
	err := u.db.QueryRowContext(ctx, "SELECT * FROM inboxes WHERE id = $1", id).Scan(&inbox.ID)
	%s
	return inbox, err
}
"""
MADE = """\
package api

func register(r *gin.Engine, uc Usecases) {
	r.GET("/inboxes/:id", showInbox(uc))
}

func showInbox(uc Usecases) func(c *gin.Context) {
	return func(c *gin.Context) {
		user := middleware.GetUser(c)
		usecase := uc.NewInboxUsecase()
		inbox, err := usecase.Fetch(c.Request.Context(), c.Param("id"))
		c.JSON(200, inbox)
	}
}
"""
# bear the same method, and are other things: an app has dozens
OTHER = "package usecases\n\nfunc (u *%s) Fetch(ctx context.Context, id string) (any, error) {\n\treturn nil, nil\n}\n"
OTHERS = {f"usecases/{name}.go": OTHER % name for name in "ABCDE"}


def told(files: dict[str, str], *signs: str) -> list[str]:
    facts = {}
    for path, text in files.items():
        lines = text.splitlines()
        at = [(number, line.index("func") + 1, len(line)) for number, line in enumerate(lines, 1) if any(sign in line for sign in signs)]
        entries = [Match("entries", line, first, line, last, "", {"role": "entry", "framework": "go"}) for line, first, last in at]
        facts[path] = FileFacts(path, "x", 0, matches=(*entries, Match("source-text", 1, 1, 1, 1, text, {})))
    return [each.id for each in link(facts, models=load()).loose_ids("go")]


@pytest.mark.parametrize(
    ("check", "ids"),
    [
        ("", ["id"]),
        ("if err := u.enforceSecurity.ReadInbox(inbox); err != nil {\n\t\treturn Inbox{}, err\n\t}", []),
        ("_ = u.enforceSecurity.Note(inbox)", ["id"]),  # nobody hears what it says
    ],
)
def test_a_handler_that_a_function_gives_leads_to_the_use_case_that_another_makes(check: str, ids: list[str]) -> None:
    assert told({"api/inboxes.go": MADE, "usecases/inboxes.go": STORE % check, **OTHERS}, "func(c *gin.Context)") == ids


WRAPPED = """\
package rest

func define(router *gin.Engine) {
	router.POST(paths.Labels().String(), %s)
}

type Item struct {
	ID     int64 `db:"id"`
	UserID int64 `db:"user_id"`
}

func MakeLabels(c *gin.Context, db *sql.DB, userID models.Id) {
	var payload struct {
		ItemID int64
	}
	if err := c.ShouldBindJSON(&payload); err != nil {
		return
	}
	var item Item
	db.QueryRow("SELECT * FROM items WHERE id = ?", payload.ItemID).Scan(&item.ID)
	%s
	c.JSON(200, item)
}
"""


@pytest.mark.parametrize(
    ("named", "check", "ids"),
    [
        ("withUser(MakeLabels)", "", ["ItemID"]),
        ("withUser(MakeLabels)", "if item.UserID != userID {\n\t\treturn\n\t}", []),
        ("showLabels", "", []),  # a helper, which its handler may have checked for
    ],
)
def test_a_handler_that_a_wrapper_hands_more_than_a_request(named: str, check: str, ids: list[str]) -> None:
    assert told({"rest/labels.go": WRAPPED % (named, check)}, "func MakeLabels") == ids


MAPPED = """\
package api

type Order struct {
	ID     int64 `db:"id"`
	UserID int64 `db:"user_id"`
}

func (h *Handler) Show(c *fiber.Ctx) error {
	user := middleware.GetUser(c)
	rq := orderFrom(c)
	var order Order
	h.db.QueryRow("SELECT * FROM orders WHERE id = ?", rq.OrderID).Scan(&order.ID)
	return c.JSON(order)
}

func orderFrom(c *fiber.Ctx) *OrderRequest {
	var body OrderRequest
	if err := %s; err != nil {
		return nil
	}
	return &body
}
"""


@pytest.mark.parametrize(
    ("binds", "ids"),
    [("json.Unmarshal(c.Body(), &body)", ["OrderID"]), ("c.BodyParser(&body)", ["OrderID"]), ("h.settings.Load(&body)", [])],
)
def test_a_helper_that_binds_the_body_gives_what_the_client_sent(binds: str, ids: list[str]) -> None:
    assert told({"api/orders.go": MAPPED % binds}, "func (h *Handler) Show") == ids


OWN = """\
package api

type Profile struct {
	ID     int64 `db:"id"`
	UserID int64 `db:"user_id"`
}

func (h *Handler) Show(c *gin.Context) {
	user := middleware.GetUser(c)
	id := c.Param("id")
	%s
	var profile Profile
	h.db.QueryRow("SELECT * FROM profiles WHERE id = ?", id).Scan(&profile.ID)
	c.JSON(200, profile)
}
"""


@pytest.mark.parametrize(
    ("first", "ids"),
    [
        ("if id == user.ID {\n\t\tc.JSON(200, user)\n\t\treturn\n\t}", ["id"]),  # all others go on
        ("if id != user.ID {\n\t\tc.JSON(404, nil)\n\t\treturn\n\t}", []),
        ("if user == nil || id == user.ID {\n\t\treturn\n\t}", []),  # nobody here reads what that means
    ],
)
def test_what_is_ones_own_is_answered_at_once(first: str, ids: list[str]) -> None:
    assert told({"api/profiles.go": OWN % first}, "func (h *Handler) Show") == ids


HANDED = """\
package api

type Seat struct {
	ID     int64 `db:"id"`
	UserID int64 `db:"user_id"`
}

func (h *Handler) Update(c *gin.Context) {
	user := middleware.GetUser(c)
	var seat Seat
	h.db.QueryRow("SELECT * FROM seats WHERE id = ?", c.Param("id")).Scan(&seat.ID)
	if %s(user, &seat) {
		return
	}
	h.db.Exec("UPDATE seats SET taken = true WHERE id = ?", seat.ID)
}

func %s(user *User, seat *Seat) bool {
	%s
}
"""


@pytest.mark.parametrize(
    ("name", "body", "ids"),
    [
        ("costsMore", "return user.Plan.Price > 0 && seat.Row > 3", ["id"]),  # it was read, and never holds the one against the other
        ("costsMore", "return seat.UserID != user.ID", []),
        ("costsMore", "return h.rules.Apply(user, seat)", []),  # nobody read what that does
        ("seatIsAllowed", "return user.Plan.Price > 0 && seat.Row > 3", []),  # a check by its name
    ],
)
def test_a_function_that_was_read_and_holds_nothing_against_who_asks_ties_nothing(name: str, body: str, ids: list[str]) -> None:
    assert told({"api/seats.go": HANDED % (name, name, body)}, "func (h *Handler) Update") == ids


SET = """\
package api

type Order struct {
	ID     int64 `db:"id"`
	UserID int64 `db:"user_id"`
}

func (h *Handler) Show(c *gin.Context) {
	user := middleware.GetUser(c)
	var rq OrderRequest
	if err := c.ShouldBindJSON(&rq); err != nil {
		return
	}
	%s
	var order Order
	h.db.QueryRow("SELECT * FROM orders WHERE user_id = ?", rq.UserID).Scan(&order.ID)
	c.JSON(200, order)
}
"""


@pytest.mark.parametrize(
    ("put", "ids"),
    [
        ("", ["UserID"]),
        ("rq.UserID = user.ID", []),
        ("if rq.UserID == 0 {\n\t\trq.UserID = user.ID\n\t}", ["UserID"]),  # keeps what was sent
        ("rq.UserID = rq.Recipient", ["UserID"]),
    ],
)
def test_a_part_of_what_was_sent_that_is_overwritten_by_who_asks(put: str, ids: list[str]) -> None:
    assert told({"api/orders.go": SET % put}, "func (h *Handler) Show") == ids
