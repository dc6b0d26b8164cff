"""Extractors: text -> facts, file by file, in parallel.

Knows: which extractor reads which file, how to spread files over processes, when a cached fact may be used. Does not know: what another
file says.

Tests, vendored and generated Python files are not parsed: nobody asks them for routes or calls, and parsing is four fifths of a run. Their text is
still searched for credentials.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from prodlint import regex as re
from prodlint.facts.asides import aside
from prodlint.model import FileFacts, Problem, Source

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from prodlint import ir
    from prodlint.facts.cache import Cache

POOL_BYTES = 400_000  # Python source below which starting processes costs more than it saves
_EASIER = {"py": 1, "sql": 8}  # how many bytes of a language cost what one of Python does
BATCHES = 12  # for each process, so that none waits long for another at the end
SECONDS = 30  # for one file; extractors need milliseconds, so more is input made to stop us
UNREAD = "unread"  # the language of a file on which an extractor failed
Progress = Callable[[int, int], None]
Visitors = Sequence[type] | None  # who else walks the syntax of Python; None: nobody asks for syntax, and it is read only where a credential stands
_PYTHON = (".py", ".pyi")
encode = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.Decoder(FileFacts).decode

_TEMPLATE = re.compile(r"\{\{|\{%|\.(?:j2|jinja2?|tmpl|tpl|erb)$")  # names of files that code or configuration is made from
_RAW_SQL = re.compile(rb"\bRunSQL\b|\bop\.execute\b")


def facts_of(source: Source, visitors: Visitors = ()) -> FileFacts:
    """Everything one file says. Raises what an extractor raises."""
    if not source.path.endswith(_PYTHON):
        facts = _text(source)
    else:
        facts = _python_text(source) if visitors is None else _python(source, visitors)
    if facts.problems and (facts.aside or _TEMPLATE.search(source.path)):  # what is not the app's own may stay unread
        told = tuple(msgspec.structs.replace(problem, unread=()) for problem in facts.problems)
        facts = msgspec.structs.replace(facts, problems=told)
    return facts


def _text(source: Source) -> FileFacts:
    """What a file that is not Python says."""
    path = source.path
    from prodlint.facts import blocks, browser_names, comments, created_tables, firebase, pins, redact, schemas, secrets, service_keys, sql

    why = aside(path, source.data)
    text = source.data.decode("utf-8", "replace").removeprefix("\ufeff")
    language, declared, problems = blocks.read(path, text)
    statements = sql.read(text) if path.endswith(".sql") else ()
    found = secrets.read(path, text, language, None, declared, why)
    spoken = comments.read(text, path)
    told = (
        *service_keys.read(path, text),
        *browser_names.read(path, text),
        *pins.read(path, text),
        *schemas.read(path, text),
        *firebase.read(path, text),
        *(created_tables.read(text) if path.endswith(".sql") else ()),
    )
    return redact.redact(
        FileFacts(path, language, _lines(text), None, declared, found.secrets, (), statements, spoken, told, problems, why, found.lines),
        text,
        found.values,
    )


def _python(source: Source, visitors: Sequence[type]) -> FileFacts:
    from prodlint.facts import cdk_python, comments, created_tables, python, raw_sql, redact, secrets, settings_over

    path, why = source.path, aside(source.path, source.data)
    text, problems = python.decode(path, source.data)
    if text is None:
        return FileFacts(path, "python", 0, problems=problems, aside=why)
    module, extra = None, ()
    if path.endswith(".py") and (not why or (why == "migration" and _RAW_SQL.search(source.data))):
        module, extra, problems = python.read(path, text, visitors)
    statements = raw_sql.read(module) if why == "migration" and module is not None else ()
    extra = (*extra, *raw_sql.revision(text)) if why == "migration" else (*extra, *settings_over.read(text))
    found = secrets.read(path, text, "python", None if module is None else lambda: module, (), why)
    spoken = comments.read(text, path)
    made = cdk_python.read(text)
    extra = (*extra, *created_tables.read(text))
    facts = FileFacts(path, "python", _lines(text), module, made, found.secrets, (), statements, spoken, extra, problems, why, found.lines)
    return redact.redact(facts, text, found.values)


def _python_text(source: Source) -> FileFacts:
    """What a Python file says without its syntax, which is read where a string may be a credential, or where a found one stands."""
    from prodlint.facts import cdk_python, comments, created_tables, python, redact, secrets, settings_over

    path, why = source.path, aside(source.path, source.data)
    text, problems = python.decode(path, source.data)
    if text is None:
        return FileFacts(path, "python", 0, problems=problems, aside=why)
    parsed: list[tuple] = []

    def syntax() -> ir.Module | None:
        if not parsed:
            parsed.append(python.read(path, text))
        return parsed[0][0]

    parses = path.endswith(".py") and (not why or (why == "migration" and _RAW_SQL.search(source.data)))
    found = secrets.read(path, text, "python", syntax if parses else None, (), why)
    module = syntax() if parses and found.secrets else None
    problems = parsed[0][2] if parsed else ()
    # flake8's word hides what is found here, so it says nothing where nothing is; ours is to be told where it hides nothing
    spoken = comments.read(text, path) if found.secrets or "prodlint:" in text.lower() else ()
    told, made = (*settings_over.read(text), *created_tables.read(text)), cdk_python.read(text)
    facts = FileFacts(path, "python", _lines(text), module, made, found.secrets, (), (), spoken, told, problems, why, found.lines)
    return redact.redact(facts, text, found.values)


def _lines(text: str) -> int:
    return text.count("\n") + (not text.endswith("\n") and text != "")


# ---------------------------------------------------------------- one file, bounded
class _TooSlow(BaseException):
    """A file took longer than its time; not an Exception, so that no extractor takes it for its own."""


@contextlib.contextmanager
def _alarm() -> Iterator[Callable[[float], object]]:
    """A clock to wind for each file: what takes longer ends with _TooSlow, where the system can wake this thread. It counts what this process
    computes, for on a busy machine every file is slow."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread() or signal.getitimer(signal.ITIMER_PROF)[0]:
        yield lambda seconds: None
        return

    def late(*_: object) -> None:
        raise _TooSlow

    before = signal.signal(signal.SIGPROF, late)
    try:
        yield lambda seconds: signal.setitimer(signal.ITIMER_PROF, seconds)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _packed(sources: Sequence[Source], visitors: Visitors, told: Callable[[int], None] | None = None) -> list[bytes]:
    """The facts of files, encoded; told: called with the number of files done."""
    out = []
    enabled = gc.isenabled()
    gc.disable()  # trees have no cycles; collecting costs a third of the parse
    try:
        with _alarm() as wind:
            for source in sources:
                wind(SECONDS)
                out.append(_one(source, visitors))
                if told is not None:
                    told(len(out))
    finally:
        if enabled:
            gc.enable()
    return out


def _one(source: Source, visitors: Visitors) -> bytes:
    """The facts of one file; what an extractor cannot take is a problem of that file, not of the run."""
    try:
        return encode(facts_of(source, visitors))
    except _TooSlow:
        return _unread(source, f"it took more than {SECONDS} s")
    except MemoryError:
        return _unread(source, "there was not enough memory")
    except Exception as error:  # hostile input must not end the run; the file is named and the run says that it is not clean
        return _unread(source, f"{type(error).__name__} in an extractor")


def _unread(source: Source, why: str) -> bytes:
    return encode(FileFacts(source.path, UNREAD, 0, problems=(Problem(source.path, 1, f"could not be examined: {why}"),)))


# ---------------------------------------------------------------- all files
def extract(
    sources: Sequence[Source],
    cache: Cache | None = None,
    jobs: int = 0,
    visitors: Visitors = (),
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> tuple[dict[str, FileFacts], list[Problem]]:
    """Facts by path, in the order of the sources, and the problems of all files.

    cache: facts of earlier runs; jobs: processes (0: as many as there are processors); executor: any concurrent.futures.Executor to use
    instead; progress: called with (done, all) as files are finished."""
    keys = {source.path: _key(source, visitors) for source in sources}
    packed = cache.get(keys) if cache is not None else {}
    if visitors is None and cache is not None:  # an earlier run may have read more
        packed |= cache.get({source.path: _key(source, ()) for source in sources if source.path not in packed})
    missing = [source for source in sources if source.path not in packed]
    fresh = _extract(missing, jobs, visitors, progress, executor)
    packed.update(fresh)
    facts: dict[str, FileFacts] = {}
    for source in sources:
        try:
            facts[source.path] = decode(packed.pop(source.path))
        except (msgspec.DecodeError, UnicodeDecodeError):  # a damaged entry of the cache
            (fresh[source.path],) = _packed([source], visitors)
            facts[source.path] = decode(fresh[source.path])
    if cache is not None:
        cache.put({keys[path]: data for path, data in fresh.items() if facts[path].language != UNREAD})  # another run may have more luck
    return facts, [problem for entry in facts.values() for problem in entry.problems]


def _key(source: Source, visitors: Visitors) -> str:
    """What the facts of a file depend on, besides the extractors themselves (which the cache knows by their own text)."""
    seen = "".join(f":{visitor.__module__}.{visitor.__qualname__}" for visitor in visitors or ())
    if visitors is None and source.path.endswith(_PYTHON):
        seen = ":text"
    return f"{source.digest}:{source.path}{seen}"


def _extract(missing: Sequence[Source], jobs: int, visitors: Visitors, progress: Progress | None, executor: Executor | None) -> dict[str, bytes]:
    heavy = sum(len(source.data) // _EASIER.get(source.path.rpartition(".")[2], 1_000) for source in missing)
    heavy //= 6 if visitors is None else 1
    workers = jobs or processors()
    if executor is None and (workers < 2 or heavy < POOL_BYTES):
        told = None if progress is None else lambda number: progress(number, len(missing))
        return {source.path: data for source, data in zip(missing, _packed(missing, visitors, told), strict=True)}
    batches = _batches(missing, workers)
    out: dict[str, bytes] = {}
    if executor is not None:
        _gather(executor, batches, visitors, out, len(missing), progress)
        return out
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    from prodlint.facts import blocks, comments, lowering, secrets, service_keys, sql  # noqa: F401  # imported once, here; processes that are forked inherit it

    try:
        with ProcessPoolExecutor(min(workers, len(batches))) as pool:
            _gather(pool, batches, visitors, out, len(missing), progress)
    except BrokenProcessPool:
        for batch in batches:
            _again([source for source in batch if source.path not in out], visitors, out)
    return out


def processors() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _batches(missing: Sequence[Source], workers: int) -> list[list[Source]]:
    """Batches of about equal size, large files first, so that no process waits for another at the end."""
    ordered = sorted(missing, key=lambda source: (-len(source.data), source.path))
    count = max(1, min(len(ordered), workers * BATCHES))
    return [ordered[number::count] for number in range(count)]


def _gather(pool: Executor, batches: list[list[Source]], visitors: Visitors, out: dict[str, bytes], total: int, progress: Progress | None) -> None:
    futures = [(batch, pool.submit(_packed, batch, visitors)) for batch in batches]
    for batch, future in futures:
        out.update(zip((source.path for source in batch), future.result(), strict=True))
        if progress is not None:
            progress(len(out), total)


def _again(batch: Sequence[Source], visitors: Visitors, out: dict[str, bytes]) -> None:
    """After a process died (no memory, a fault in native code): halves in processes of their own, down to the file that kills."""
    if not batch:
        return
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    try:
        with ProcessPoolExecutor(1) as single:
            out.update(zip((source.path for source in batch), single.submit(_packed, batch, visitors).result(), strict=True))
    except BrokenProcessPool:
        if len(batch) == 1:
            out[batch[0].path] = _unread(batch[0], "the process died on this file")
            return
        middle = len(batch) // 2
        _again(batch[:middle], visitors, out)
        _again(batch[middle:], visitors, out)
