"""Which methods of Go a call runs, told by the types of fields, parameters and interfaces."""

from __future__ import annotations

import pytest

from tests.patterns.apps import told

HANDLER = """\
package api

type OrderHandler struct {
	%s
}

func (h *OrderHandler) Show(c *gin.Context) {
	user := middleware.GetUser(c)
	order, err := h.engine.Load(c.Request.Context(), user.ID, c.Param("id"))
	c.JSON(200, order)
}
"""
INTERFACE = """\
package domain

type Repository interface {
	Load(ctx context.Context, userID, id string) (*Order, error)
}
"""
STORE = """\
package orders

type Order struct {
	ID     string `db:"id"`
	UserID string `db:"user_id"`
}

func NewRepository(db *sql.DB) domain.Repository {
	return &keeper{db: db}
}

func (r *keeper) Load(ctx context.Context, userID, id string) (*Order, error) {
	var order Order
	err := r.db.QueryRowContext(ctx, "SELECT * FROM orders WHERE %s", %s).Scan(&order.ID)
	return &order, err
}
"""
# bears the same method, and is another thing: an app has dozens
OTHER = """\
package coupons

func (k *%s) Load(ctx context.Context, userID, id string) (*Coupon, error) {
	var coupon Coupon
	err := k.db.QueryRowContext(ctx, "SELECT * FROM coupons WHERE code = $1 AND user_id = $2", id, userID).Scan(&coupon.ID)
	return &coupon, err
}
"""
BOUND, LOOSE = ("id = $1 AND user_id = $2", "id, userID"), ("id = $1", "id")


@pytest.mark.parametrize("field", ["engine domain.Repository", "engine *orders.keeper", 'engine, spare domain.Repository `wire:"-"`'])
@pytest.mark.parametrize(("query", "names"), [(LOOSE, ["id"]), (BOUND, [])])
def test_a_field_leads_to_the_method_of_its_type(field: str, query: tuple[str, str], names: list[str]) -> None:
    files = {"api/orders.go": HANDLER % field, "domain/repository.go": INTERFACE, "orders/keeper.go": STORE % query}
    files |= {f"coupons/{name.lower()}.go": OTHER % name for name in ("Vault", "Drawer", "Shelf", "Box")}
    assert [each for each, _ in told("go", "go", "func (h *", files)] == names


def test_an_interface_that_nobody_is_known_to_fill_leads_nowhere() -> None:
    store = (STORE % LOOSE).replace("domain.Repository", "*keeper")
    files = {"api/orders.go": HANDLER % "engine domain.Repository", "domain/repository.go": INTERFACE, "orders/keeper.go": store}
    files |= {f"coupons/{name.lower()}.go": OTHER % name for name in ("Vault", "Drawer", "Shelf", "Box")}
    assert told("go", "go", "func (h *", files) == []


QUERIER = """\
package repo

type Querier interface {
	LoadOrder(ctx context.Context, id string) (Order, error)
}

type Queries struct{ db DBTX }

func (q *Queries) LoadOrder(ctx context.Context, id string) (Order, error) {
	row := q.db.QueryRow(ctx, "SELECT id, user_id FROM orders WHERE id = $1%s)
	return scan(row)
}
"""
SERVED = """\
package orders

import (
	"context"

	%s
)

type Order struct {
	ID     string `db:"id"`
	UserID string `db:"user_id"`
}

type OrderHandler struct {
	repo %s.Querier
}

func (h *OrderHandler) Show(c *gin.Context) {
	user := middleware.GetUser(c)
	order, err := h.repo.LoadOrder(c.Request.Context(), c.Param("id"))
	c.JSON(200, gin.H{"order": order, "for": user.Name})
}
"""


@pytest.mark.parametrize(
    ("imported", "name", "is_told"),
    [
        ('"example.org/shop/internal/orders/repo"', "repo", True),
        ('db "example.org/shop/internal/orders/repo"', "db", True),
        ('"example.org/shop/internal/invoices/repo"', "repo", False),
    ],
)
def test_of_packages_of_one_name_the_one_that_is_imported(imported: str, name: str, is_told: bool) -> None:
    files = {
        "internal/orders/handler.go": SERVED % (imported, name),
        "internal/orders/repo/queries.go": QUERIER % '", id',
        "internal/invoices/repo/queries.go": QUERIER % ' AND user_id = $2", id, auth.UserFromContext(ctx).ID',
    }
    assert bool(told("go", "go", "func (h *", files)) is is_told
