"""Work that is handed to somebody else: tasks, queues, threads; coroutines that nobody awaits, generators that nobody goes through.

Knows: how task queues and executors take a function and its arguments. Sources: celery 5.6, rq 2.6, arq 0.26,
dramatiq 2.0, huey 2.5, procrastinate 3, taskiq 0.11, starlette 0.50 background.py, apscheduler 3.11, the standard library's threading, asyncio
and concurrent.futures. Does not know: what the function does (`calls.py` runs it), tasks that are named by text.

What a task returns goes to nobody; what it changes counts as if the handler had changed it. What it refuses stops nobody, so a task that is too
large to be followed leaves the handler's own answer as it stands: all tasks of an endpoint have a part of its steps, and no more.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint.calls.walk import every, heads
from prodlint.flow.frames import Frame, goes_on
from prodlint.flow.interpret.portions import within
from prodlint.flow.knowledge import last_name
from prodlint.flow.values import EMPTY, Value
from prodlint.names import Definition, statements

# methods of a task, its arguments as they are
DIRECT = frozenset(
    {"delay", "send", "s", "si", "signature", "defer", "defer_async", "kiq", "delay_async", "enqueue", "queue", "call_local", "adelay"}
)
# methods of a task that take `args=` and `kwargs=`
PACKED = frozenset({"apply_async", "apply", "send_with_options", "schedule", "aapply_async"})
# calls that take a function first
TAKES = frozenset({
    "add_task", "enqueue", "submit", "BackgroundTask", "call_soon", "call_soon_threadsafe", "start_soon", "spawn", "spawn_n", "spawn_later",
    "add_job", "enqueue_call", "enqueue_in", "enqueue_at", "Thread", "Process", "run_in_executor", "on_commit", "async_task", "start_new_thread",
    "Timer", "call_later", "apply_async", "fire_and_forget", "defer",
})  # fmt: skip

# after these somebody may wait, and what the function raises is raised there again: `pool.submit(check, order).result()`
AWAITED = frozenset({"submit", "run_in_executor", "call_local", "apply", "spawn"})
STARTS = frozenset({"create_task", "ensure_future", "run_coroutine_threadsafe"})  # what begins beside the handler
SHARE = 2  # of the steps of an endpoint, how much its tasks may take


def run(run: Any, receiver: Value | None, name: str, args: list[Value], kwargs: dict[str, Value], expr: ir.Call, frame: Frame) -> bool:
    """Runs the function that a call hands on; False where it hands none on."""
    task = receiver.ref if receiver is not None else None
    if isinstance(task, Definition) and task.kind == "function" and (name in DIRECT or name in PACKED):
        if name in PACKED:
            args, kwargs = _packed(args[:1], args[1:2], kwargs)
        _call(run, task, args, kwargs, expr, frame)
        return True
    if name not in TAKES:
        return False
    given = next((value for key, value in kwargs.items() if key in ("target", "func", "function", "f")), None)
    position = next((i for i, value in enumerate(args[:3]) if _callable(value)), None)
    if given is None and position is None:
        return False
    function = given if given is not None else args[position or 0]
    rest = args[position + 1 :] if position is not None else []
    left = {key: value for key, value in kwargs.items() if key not in ("target", "func", "function", "f")}
    if any(key in left for key in ("args", "kwargs")):
        rest, left = _packed([], [], left)
    if isinstance(function.closure, tuple):
        mark = (id(expr), True)
        run.branch.append(mark)
        if name not in AWAITED:
            run.later.add(mark)
        run.call_lambda(function.closure, rest)
        run.branch.pop()
    elif isinstance(function.ref, Definition) and function.ref.kind == "function":
        bound = [function.receiver] if function.receiver is not None and function.ref.owner is not None and function.ref.owner.kind == "class" else []
        _call(run, function.ref, [*bound, *rest], left, expr, frame, function.closure)
    return True


def _callable(value: Value) -> bool:
    return isinstance(value.closure, tuple) or (isinstance(value.ref, Definition) and value.ref.kind == "function" and not value.clients)


def _packed(args: list[Value], named: list[Value], kwargs: dict[str, Value]) -> tuple[list[Value], dict[str, Value]]:
    """`args=(order_id,), kwargs={"user_id": 5}`, or the same by position."""
    listed = kwargs.get("args", args[0] if args else EMPTY)
    keyed = kwargs.get("kwargs", named[0] if named else EMPTY)
    return list(listed.items or ([listed] if listed.origins else [])), dict(keyed.fields or {})


def _call(run: Any, task: Definition, args: list[Value], kwargs: dict[str, Value], expr: ir.Call, frame: Frame, closure: object = None) -> None:
    for decorator in task.node.decorators:  # type: ignore[attr-defined]
        if isinstance(decorator, ir.Call) and any(
            k.name == "bind" and isinstance(k.value, ir.Const) and k.value.value is True for k in decorator.kwargs
        ):
            args = [EMPTY, *args]  # the task itself
    before, mark, began = Before(run), (id(expr), True), run.steps
    run.branch.append(mark)
    if isinstance(expr, ir.Call) and last_name(expr.func) not in AWAITED:
        run.later.add(mark)
    ended = within(run, run.limit // SHARE - run.handed_on, lambda: run.call_function(task, args, kwargs, frame, expr, closure))
    if ended is not None:
        run.evidence.append((*ended, f"{task.name}, which is handed on, is too large to be followed further"))
        run.lost.update(client.plain for value in (*args, *kwargs.values()) for client in value.clients)
    run.branch.pop()
    run.handed_on += run.steps - began
    before.apart(run, ended is None)


class Before:
    """What was known before a task ran: what it says of what it was handed, and what it does with it, is its own."""

    def __init__(self, run: Any) -> None:
        self.truncated = set(run.truncated)
        self.used = {row: len(row.uses) for row in run.selections}
        self.asked = {target: len(held) for target, held in run.bound.items()}

    def apart(self, run: Any, whole: bool) -> None:
        """What the task did with rows of which it asked something itself is left to the task; what it selected and handed where nobody could follow
        is not known, and takes nothing from what the handler does."""
        for target, held in run.bound.items():
            if target in self.used and len(held) > self.asked.get(target, 0):
                del target.uses[self.used[target] :]
        if not whole or run.truncated != self.truncated:
            run.truncated.clear()
            run.truncated.update(self.truncated, (row for row in run.selections if row not in self.used))
        if not whole:
            run.unread.update(row for row in run.selections if row not in self.used)


def left_alone(run: Any, expr: ir.Expr, frame: Frame) -> bool:
    """A call of the project's `async def`, or of a function that yields, as it stands: no line of it runs, and what it gives is always true."""
    if not isinstance(expr, ir.Call) or not isinstance(expr.func, (ir.Name, ir.Attr)):
        return False
    called = run.eval(expr.func, frame).ref
    node = called.node if isinstance(called, Definition) and called.kind == "function" else None
    return isinstance(node, ir.Function) and not node.decorators and (node.is_async or _yields(run, called))


def _yields(run: Any, function: Definition) -> bool:
    """A function that only begins where somebody goes through what it gives."""

    def found() -> bool:
        run.names.touched.add(function.module.path)
        body = run.names.body(function.node)
        return any(isinstance(part, ir.Yield) for statement in statements(body) for head in heads(statement) for part in every(head))

    return run.names.remembering(run.knowledge.yields, function, found, False)


def fired(expr: ir.Expr, awaited: bool) -> bool:
    """`asyncio.create_task(check(user, order))` that nobody waits for, `await gather(check(user, order), return_exceptions=True)`, `await
    asyncio.wait([task])`, which raises nothing, `partial(check, user, order)` that nobody calls."""
    if not isinstance(expr, ir.Call):
        return False
    kept = any(k.name == "return_exceptions" and isinstance(k.value, ir.Const) and k.value.value is True for k in expr.kwargs)
    if awaited:
        return kept or (last_name(expr.func) == "wait" and isinstance(expr.func, (ir.Name, ir.Attr)) and bool(expr.args))
    return last_name(expr.func) in STARTS or last_name(expr.func) == "partial"


def assigned(run: Any, statement: ir.Assign, frame: Frame) -> Value:
    """What a name is given."""
    alone = _alone(run, statement, frame)
    if alone:
        run.branch.append((id(statement), True))
    value: Value = run.eval(statement.value, frame)
    if alone:
        run.branch.pop()
    always = not frame.tests and all(mark < 0 for mark, _ in run.branch)  # but for blocks that try
    if always and "call_next" in frame.onward and goes_on(statement.value, frame.onward):
        run.goes()  # `response = await call_next(request)`: whatever a middleware asks afterwards keeps nobody out
    return value


def _alone(run: Any, statement: ir.Assign, frame: Frame) -> bool:
    """The same under a name, where nobody in the function waits for it or calls it: `task = asyncio.create_task(check(user, order))`."""
    if statement.value is None or not fired(statement.value, False):
        return False
    names = {target.id for target in statement.targets if isinstance(target, ir.Name)}
    node = frame.scope.function.node if frame.scope.function is not None else None
    if not names or not isinstance(node, ir.Function):
        return bool(names)
    parts = [part for each in statements(run.names.body(node)) for head in heads(each) for part in every(head)]
    waits = [part.value for part in parts if isinstance(part, ir.Await)]
    waits = [part for part in waits if not (isinstance(part, ir.Call) and fired(part, True))]
    run_by = [part.func for part in parts if isinstance(part, ir.Call)]
    run_by += [arg for part in parts if isinstance(part, ir.Call) and last_name(part.func) in TAKES | AWAITED for arg in part.args]
    run_by += [part.base for part in parts if isinstance(part, ir.Attr) and part.name == "result"]
    used = {part.id for part in run_by if isinstance(part, ir.Name)} | {
        part.id for each in waits for part in every(each) if isinstance(part, ir.Name)
    }
    return names.isdisjoint(used)
