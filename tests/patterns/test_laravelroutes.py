"""Routes of Laravel as its own router would print them."""

from __future__ import annotations

import pytest

from prodlint.patterns.laravelroutes import routes
from prodlint.patterns.tokens import Code


@pytest.mark.parametrize(
    ("registered", "listed"),
    [
        (
            "Route::resource('stores.products', ProductController::class);",
            {"update": "/stores/{store}/products/{product}", "store": "/stores/{store}/products"},
        ),
        ("Route::prefix('my')->group(function () { Route::apiResource('categories', C::class); });", {"show": "/my/categories/{category}"}),
        ("Route::apiResource('projects.tags', TagController::class)->shallow();", {"destroy": "/tags/{tag}", "index": "/projects/{project}/tags"}),
        ("Route::resource('admin/addresses', C::class);", {"edit": "/admin/addresses/{address}/edit"}),
        ("Route::get('/a/{b}', [C::class, 'one']);", {"one": "/a/{b}"}),
        (
            "Route::group(['middleware' => ['api'], 'prefix' => '/v1'], function () { Route::apiResources(['tags' => TagController::class]); });",
            {"update": "/v1/tags/{tag}", "index": "/v1/tags"},
        ),
    ],
    ids=["nested", "in a group", "shallow", "below a folder", "no resource", "several resources"],
)
def test_paths_of_actions(registered: str, listed: dict[str, str]) -> None:
    text = f"<?php\n{registered}\n"
    found = {action: path for _, action, _, path, _ in routes(Code(text, "php"), text)}
    assert {action: found[action] for action in listed} == listed
