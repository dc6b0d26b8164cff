"""Routes of Laravel as its own router would print them, and what stands before them."""

from __future__ import annotations

import pytest

from prodlint.patterns.php import laravel, laravel_gates
from prodlint.patterns.php.laravel_routes import routes
from prodlint.patterns.text.reader import functions
from prodlint.patterns.text.tokens import Code


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


@pytest.mark.parametrize(
    ("holds", "headers"), [("$request->user()->inCompany", {"company"}), ("$user->hasCompany", {"company"}), ("$known->contains", set())]
)
def test_a_header_is_no_choice_only_where_it_is_held_against_who_asks(holds: str, headers: set[str]) -> None:
    text = f"""class M {{
    public function handle(Request $request, Closure $next)
    {{
        if (! {holds}($request->header('company'))) {{
            $request->headers->set('company', $request->user()->company_id);
        }}

        return $next($request);
    }}
}}
"""
    assert laravel_gates.given([text]) == headers


@pytest.mark.parametrize(
    ("body", "asks"),
    [
        ("return in_array('a.' . $this->permission, $this->keys());", True),
        ("return in_array($this->method(), ['GET', 'PUT']);", False),
        ("// no permission is asked yet\n        return true;", False),
    ],
)
def test_a_form_request_asks_where_it_looks_at_a_permission(body: str, asks: bool) -> None:
    code = Code(f"<?php\nclass R extends FormRequest\n{{\n    public function authorize()\n    {{\n        {body}\n    }}\n}}\n", "php")
    assert laravel.checks(functions(code)[0]) == asks
