"""What a call looks up, as the code names it: the model, the table that a query names, the type that it fills.

Knows: names of models, scopes that narrow, SQL in literals and constants, rows that Go is handed to fill, helpers that are handed a model, what
stands for a primary key. Does not know: which calls look data up (`lookups.py`).
"""

from __future__ import annotations

from prodlint import regex as re
from prodlint.patterns.php.doctrine import entity
from prodlint.patterns.text.meanings import IN_TRAITS, Meaning
from prodlint.patterns.text.spans import FUNCTIONS, split
from prodlint.patterns.text.types import COMPILED
from prodlint.patterns.text.words import DATA
from prodlint.patterns.ties.queries import constant, table
from prodlint.patterns.ties.slots import Slots

BY_ID = re.compile(
    r"\w*(?:By_?I[dD]s?|_by_id|ByU[uU][iI][dD]|ByPk|ByKey|_by_pk)(?:OrFail|OrThrow|Async|!)?"
    # functions of WordPress and WooCommerce
    r"|wc_get_order|wp_(?:update|delete|trash|untrash)_(?:post|attachment|comment|user|term)|(?:update|delete|add)_(?:post|user|comment|term)_meta"
)
_BY_PRIMARY = re.compile(r"find(?:One)?By(?:Id|Pk)(?:And\w+|OrFail)?")
QUERIES = frozenset((
    "Exec", "ExecContext", "Query", "QueryContext", "QueryRow", "QueryRowContext", "Get", "GetContext", "Select", "SelectContext", "QueryRowx",
    "Queryx", "MustExec", "queryForObject", "queryForList", "queryForMap", "query", "update",
))  # fmt: skip
# steps of a query that name its table, and what they do with it
_BUILDS = {
    "from": "select", "selectFrom": "select", "update": "update", "updateTable": "update", "delete": "delete", "deleteFrom": "delete",
}  # fmt: skip
_WRITES = {"update": "update", "upsert": "update", "delete": "delete"}
# steps in which names are of relations
LOADS_BESIDE = re.compile(r"with|with(?!GlobalScope|WhereHas)[A-Z]\w*|load|loadMissing|includes|preload|eager_load|joins|left_joins")
_CONVERT = frozenset(("Array", "Buffer", "Object", "Uint8Array", "Readable"))


_OF_LANGUAGE = frozenset(("Object", "JSON", "Promise", "Reflect", "Number", "String", "Array", "Math", "Date"))
_PACKAGES = frozenset((
    "strings", "strconv", "fmt", "http", "url", "json", "xml", "errors", "sort", "slices", "maps", "time", "os", "filepath", "path", "bytes",
    "regexp", "log", "slog", "sync", "context", "Header", "template", "base64", "hex", "uuid", "io",
))  # fmt: skip
_ANSWERS = re.compile(r"Set\w*|Header|Locals|Cookie|Redirect|Render|JSON|XML|String|Status|Abort\w*")
_CLASS = re.compile(r"(?:^|,)\s*\\?(?:\w+\\)*([A-Z]\w*)::class\s*(?=,)")
_FETCHES = re.compile(r"(?:find|get|load|fetch|delete|remove)[A-Z]")
# clients whose members are models, whatever these are called: `prisma.file`, `db.query.events`
_CLIENT = re.compile(r"_?(?:\w*[pP]risma(?:Client|Service)?|db|database|tx|trx|em|orm|models?|query)")
_BUILT_IN = re.compile(
    r"Object|JSON|Promise|Reflect|Number|String|Array|Map|Set|Math|Date|URL|Headers|FormData|Intl|Request|Response|Storage|Cache|Log|Session|Cookie|Hash"
    r"|Str|Arr|Carbon|Mail|Validator|Http|Schema|View|Route|Gate|Queue|Redis|Config|Lang|Artisan|Collection|Bus|Crypt|Time|Regexp|Params|Rails|ENV|Path"
    r"|Headers|Cookies|Query|Form|Files|Values|Options|Context|State|Router|App|Server|Registry|Container|Template|Logger"
)
_RECORDS = re.compile(r"Request|Response|Session|Route|Form|Template|Server|Collection|Query|App")  # no class of Ruby's own


_VERB_AND_NOUN = re.compile(r"[A-Za-z][a-z]+[A-Z]\w*")
# steps of a query that the project writes itself
_STEP = re.compile(
    r"(?:Where|Filter|For|By|Of|Only|Owned|Visible|Accessible|Restrict|Limit|Scope|Secure|Apply\w*(?:Filter|Scope|Access|Security|Permission))\w*"
)

_SAYS_OF_OBJECT = re.compile(r"get_(?:object_vars|class(?:_vars|_methods)?|parent_class|debug_type|resource_\w+)")

_STEPS = {"friendly", "active", "user", "current_user", "include", "with", "where"}
_OF_POCKETBASE = re.compile(r"Find(?:First)?Records?By(?:Ids?|Filter|Data)")


def _stems(model: str) -> set[str]:
    """The words of a chain of calls but the last, in small letters and without the sign of the plural."""
    return {re.sub(r"ies$|s$", "", part.lower()) for part in model.split(".")[:-1]} - _STEPS


# Drizzle: the tables of a query so far, `.from(cards)`, `.innerJoin(columns, `, and two columns that are the same
_ROWS_OF = re.compile(r"\bfrom\(\s*(\w+)\s*\)|\binnerJoin\(\s*(\w+)\s*,")
_LINKS = re.compile(r"\beq\(\s*(\w+)\.\w+\s*,\s*(\w+)\.\w+\s*,?\s*\)")


class Tables(Slots):
    """The part of the sweep that says what is looked up."""

    own_calls: set[int]  # where rows are looked for in a relation of the caller

    def _narrows_by_join(self, name: str, start: int, first: int, last: int) -> bool:
        """Drizzle: does an inner join say more of the row than how it is joined, `innerJoin(boards, and(eq(cards.boardId, boards.id),
        eq(boards.workspaceId, workspaceId)))`? A left join leaves the row in, as one side of an `or` does, and a join to nothing of the row."""
        code = self.code
        if name != "innerJoin" or code.language not in ("javascript", "typescript") or code.texts[first:last].count("eq") < 2:
            return False
        if not {"or", "||", "sql"}.isdisjoint(code.texts[first:last]):
            return False
        before = code.source(start, first)
        tables = {table for pair in _ROWS_OF.findall(before[-4000:]) for table in pair if table} - {code.texts[first]}
        return any(code.texts[first] in pair and not tables.isdisjoint(pair) for pair in _LINKS.findall(code.source(first, last)))

    def _steps(self, name: str, first: int, last: int) -> bool:
        """C#: is it a step of a query that is handed the caller itself, `.WhereOwnedBy(order => order.User, user)`?"""
        if self.code.language != "csharp" or _STEP.fullmatch(name) is None:
            return False
        handed = (part for part in split(self.code, first, last) if FUNCTIONS.isdisjoint(self.code.texts[part[0] : part[1]]))
        return any(self.value(*part).principal for part in handed)

    def _checks(self, name: str, known: Meaning) -> bool:
        """Does a called function tie what it is given, or look at who asks? Go, where one of several called `GetOrder` does, may run that one; what
        is called `Get` may be no function of the project at all."""
        if known.exact:
            return known.ties
        if self.code.language in ("javascript", "typescript") and known.sole and known.ties and known.data and not (known.selects or known.takes):
            return True  # the only function of that name holds what it is handed against something, and no id of it selects alone
        return known.caller or (known.ties and self.code.language == "go" and _VERB_AND_NOUN.fullmatch(name) is not None)

    def _is_lookup_name(self, name: str) -> bool:
        return bool(self.words.lookup.fullmatch(name) or BY_ID.fullmatch(name))

    def _among_own(self, start: int, name_at: int, before: list[str], first: int, last: int) -> bool:
        """Ruby, PHP: is a row looked for in a relation of the caller, `current_user.orders.find(params[:id])`?"""
        own = len(before) > 1 and not self.words.principal.fullmatch(before[-1]) and self.value(start, name_at).principal
        if own and self.value(first, last).ids:
            self.own_calls.add(name_at)
            return True
        return False

    def _settle_own(self) -> None:
        """What is looked for in a relation of the caller is the caller's, where no other branch finds the same by the same id without one:
        `current_user.admin? ? Order.find(params[:id]) : current_user.orders.find(params[:id])`."""
        for lookup in self.lookups:
            if lookup.at in self.own_calls and lookup.tied:
                said = _stems(lookup.model)
                if not any(not other.tied and other.strong and other.ids & lookup.ids and said & _stems(other.model) for other in self.lookups):
                    self.tied |= lookup.ids

    def _narrowed(self, start: int, close: int) -> bool:
        """Does a call of the chain say that it finds only what the caller may see: `findVisibleById`, `scopes('visible')`, `policy_scope(Post)`?"""
        code, words, at = self.code, self.words, start
        while at < min(close, start + 80):
            if code.kinds[at] in ("n", "s") and words.narrowed.fullmatch(code.texts[at].strip("\"'`:")):
                return True
            if code.language == "php" and code.kinds[at] == "n" and code.texts[at + 1] == "(" and self._by_scope(code.texts[at], code.texts[start]):
                return True
            loads = code.texts[at] == "(" and at > 0 and LOADS_BESIDE.fullmatch(code.texts[at - 1]) is not None
            at = code.mate[at] if loads and code.mate[at] > at else at + 1
        return False

    def _by_scope(self, name: str, model: str) -> bool:
        """Laravel: is it a scope of the project that asks who calls, as `scopeMine` for `Order::mine()`, of the model or of a trait of it?
        What `withStarred` names is loaded beside the rows."""
        if LOADS_BESIDE.fullmatch(name):
            return False
        scope, model = f"scope{name[:1].upper()}{name[1:]}", model.rpartition("\\")[2]
        known = self.resolve(scope, model, 1) or self.resolve(scope, f"{IN_TRAITS}{model}" if model[:1].isupper() else "?", 1)
        return known is not None and known.caller

    def _sql(self, index: int) -> str:
        """The text of a literal, or of a name that holds one: in the function, or in the file."""
        text = self.code.texts[index]
        if self.code.kinds[index] != "n":
            return text
        if text not in self.texts:
            self.texts[text] = constant(self.code.text, text)
        return self.texts[text]

    def _asked(self, first: int, last: int, name: str) -> str:
        """The table that a query names, `orders.QueryRow`; "" where it is not told."""
        if name not in QUERIES or self.code.language not in COMPILED:
            return ""
        parts = (start for start, end in split(self.code, first, last) if end == start + 1)
        found = next((named for start in parts if (named := table(self._sql(start)))), "")
        return f"{found}.{name}" if found else ""

    def _filled(self, first: int, last: int, name: str) -> str:
        """Go: the type that a query fills, `db.First(&order, id)` with `var order Order`, `db.Delete(&Order{}, id)`; "" where it is not told."""
        if self.code.language != "go":
            return ""
        code = self.code
        body = code.text[code.starts[self.function.first] : code.starts[first]] if first < len(code) and self.function.first < first else ""
        for at in range(first, min(last, first + 8)):
            if code.texts[at] == "&" and at + 1 < last and code.kinds[at + 1] == "n":
                filled = code.texts[at + 1]
                if filled[:1].isupper() or code.texts[at + 2 : at + 3] == ["."]:
                    return f"{code.texts[at + 3] if code.texts[at + 2] == '.' else filled}.{name}"
                typed = re.search(rf"\bvar\s+{filled}\s+(?:\[\])?\*?(?:\w+\.)?([A-Z]\w*)|\b{filled}\s*:=\s*&?(?:\[\])?(?:\w+\.)?([A-Z]\w*)\{{", body)
                return f"{typed.group(1) or typed.group(2)}.{name}" if typed else ""
        return ""

    def _takes_key(self, start: int, name_at: int) -> bool:
        """Is what a call by key is handed an id whatever it is called: in Ruby, and on a class of PHP, `Link::find($request->linkid)`?"""
        code = self.code
        return code.language == "ruby" or (code.language == "php" and name_at == start + 2 and code.texts[start].lstrip("\\")[:1].isupper())

    def _is_model(self, before: list[str]) -> bool:
        """Is it a model, though it bears the name of something plain: `prisma.file`, `Event`, `context.Items`?"""
        nearest = before[-1].lstrip("\\")
        known = _RECORDS if self.code.language == "ruby" else _CLIENT
        of = nearest if self.code.language == "ruby" else before[-2] if len(before) > 1 else ""
        return known.fullmatch(of) is not None or (nearest[:1].isupper() and not _BUILT_IN.fullmatch(nearest))

    def _handed_model(self, first: int, last: int, name: str) -> str:
        """The model that a helper of the project is handed, `removeById(id, Invoice)`, PHP's `Lookup::byId($em, Order::class, $id)`; "" for none."""
        if self.code.language == "php":
            found = _CLASS.search(self.code.source(first, last)) if _FETCHES.match(name) else None
            return f"{found.group(1)}.{name}" if found is not None else ""
        if self.code.language == "go" and _OF_POCKETBASE.fullmatch(name) and first < last:  # PocketBase: `app.FindRecordById("orders", id)`
            collection = self.code.texts[first].strip('"`')
            return f"{collection}.{name}"
        if self.code.language not in ("javascript", "typescript") or (self.words.lookup.fullmatch(name) and not BY_ID.fullmatch(name)):
            return ""
        alone = (self.code.texts[start] for start, end in split(self.code, first, last) if end == start + 1 and self.code.kinds[start] == "n")
        found = next((text for text in alone if re.fullmatch(r"[A-Z][a-z]\w*", text)), "")
        return f"{found}.{name}" if found else ""

    def _model(self, start: int, name_at: int) -> str:
        """What is selected, as the code names it: `Message`, `prisma.link`, `database.GetLabelByID`."""
        if self.code.language == "php" and (stored := entity(self.code, self.function, start, name_at)):
            return f"{stored}.{self.code.texts[name_at]}"
        if built := self._built(start, name_at) or self._modelled(start, name_at):
            return built[:80]
        parts = [self.code.texts[at] for at in range(start, name_at + 1) if self.code.kinds[at] == "n" and not self._nested(start, at)]
        return ".".join(part.lstrip("$@\\") for part in parts if part not in ("this", "$this", "await"))[:80]

    def _verbal(self, name: str, nearest: str) -> bool:
        """A verb with a noun (`getSegment`), or a verb on something that holds data (`segmentService.remove`)."""
        words = self.words
        if words.plain.fullmatch(nearest):
            return False
        verb = words.verb.match(name[0].lower() + name[1:])
        if verb is None:
            return False
        rest = name[verb.end() :]
        return rest[:1].isupper() or rest[:1] == "_" or (not rest and bool(DATA.fullmatch(nearest)))

    def _without_data(self, nearest: str, name: str, start: int, name_at: int) -> bool:
        """Is it a call of the language's own packages, of a list in memory, or one by which a handler of Go answers: `c.Set("user", user)`?"""
        if self.code.language in ("javascript", "typescript"):  # but `db.update(orders).set({ at: new Date() }).where(...)` is none of a Date
            last = next((at for at in range(name_at - 1, start - 1, -1) if self.code.kinds[at] == "n"), start)
            return nearest in _OF_LANGUAGE and not self._nested(start, last)
        if self.code.language == "php":
            # Laravel: a list in memory; what PHP itself says of an object
            return self.code.texts[start] == "collect" or (not nearest and _SAYS_OF_OBJECT.fullmatch(name) is not None)
        answers = _ANSWERS.fullmatch(name) is not None and self.value(start, start + 1).request
        return self.code.language == "go" and (nearest in _PACKAGES or answers or self._sets_answer(nearest, name, name_at))

    def _sets_answer(self, nearest: str, name: str, name_at: int) -> bool:
        """Go: `setLocation(w, "/orders", id)`, which is handed what answers a request, and no data."""
        return not nearest and name.startswith("set") and self.code.texts[name_at + 2] in ("w", "rw", "writer")

    def _modelled(self, start: int, name_at: int) -> str:
        """Go: the struct or the table that a chain of gorm or bun names: `db.Model(&Card{}).Where(...)`, `db.Table("cards")`."""
        code = self.code
        for at in range(start + 1, name_at - 1) if code.language == "go" else ():
            if code.texts[at] in ("Model", "Table") and code.texts[at + 1] == "(" and code.mate[at + 1] > 0 and not self._nested(start, at):
                inside = [text.strip('"`') for text in code.texts[at + 2 : code.mate[at + 1]]]
                named = [text for text in inside if text[:1].isupper() or code.texts[at] == "Table"]
                return f"{named[-1]}.{code.texts[name_at]}" if named and named[-1].isidentifier() else ""
        return ""

    def _built(self, start: int, name_at: int) -> str:
        """JavaScript: the table of a query that is built step by step, as in Drizzle and Kysely, with what is done to it: `db.orders.update` for
        `db.update(orders).set(changes).where(...)`; "" for other calls."""
        code = self.code
        texts = code.texts
        if code.language not in ("javascript", "typescript"):
            return ""
        for at in range(start + 1, name_at - 2):
            verb, close = _BUILDS.get(texts[at], ""), code.mate[at + 1]
            if not verb or texts[at - 1] != "." or texts[at + 1] != "(" or close < 0 or close > name_at or self._nested(start, at):
                continue
            if texts[at] in ("update", "delete") and texts[close + 1 : close + 3] not in ([".", "set"], [".", "where"]):
                continue
            names = [texts[each].strip("\"'`") for each in range(at + 2, close) if code.kinds[each] in ("n", "s")]
            if len(names) * 2 - 1 == close - at - 2 and texts[start] not in _CONVERT:
                client = ".".join(texts[each] for each in range(start, at) if code.kinds[each] == "n" and not self._nested(start, each))
                first = re.sub(r"\.(?:select\w*|delete|distinct)$", "", client)
                verb = "delete" if client.endswith(".delete") else verb
                if texts[at] == "from" and texts[close + 1 : close + 2] == ["."]:  # Supabase: `.from("orders").update(changes)`
                    verb = _WRITES.get(texts[close + 2], verb)
                return f"{first}.{names[-1]}.{verb}"
        return ""

    def _filters_table(self, name: str, start: int, name_at: int) -> bool:
        """Supabase: does `eq` narrow a query, `supabase.from("orders").select().eq("id", id)`, and compare nothing?"""
        script = name == "eq" and self.code.language in ("javascript", "typescript")
        return (
            script and any(self.code.texts[at : at + 3] == [".", "from", "("] for at in range(start, name_at)) and bool(self._built(start, name_at))
        )

    def _counts(self, start: int, name_at: int) -> bool:
        """Does such a query only count, as `set({ views: sql`${articles.views} + 1` })`: nobody's row is changed for it?"""
        brace = self._written(start, name_at) + 1
        entries = list(self._entries(brace)) if brace > 0 and self.code.texts[brace] == "{" else []
        return len(entries) == 1 and any(re.search(r"\+\s*1\b", self.code.texts[each]) for each in range(*entries[0][1:]))

    def _written(self, start: int, name_at: int) -> int:
        """The bracket of what such a query writes, -1 where it writes nothing."""
        code = self.code
        if code.language not in ("javascript", "typescript"):
            return -1
        steps = (at for at in range(start + 1, name_at - 2) if code.texts[at - 1 : at + 2] == [".", "set", "("])
        return next((at + 1 for at in steps if code.mate[at + 1] > 0 and not self._nested(start, at)), -1)

    def _nested(self, start: int, index: int) -> bool:
        return any(self.code.texts[at] in ("(", "[", "{") and self.code.mate[at] > index for at in range(start, index))

    def _keyed(self, name: str, first: int, last: int) -> set[str]:
        """JavaScript: what stands for the primary key: `findById(req.params.order)`, `where: { id: body.order }`."""
        code = self.code
        if _BY_PRIMARY.fullmatch(name):
            return self._itself(*next(iter(split(code, first, last)), (first, first)))
        where = next((at for at in range(first, last) if code.texts[at] == "where" and code.texts[at + 1] == ":"), -1)
        opened = where + 2 if where >= 0 else first
        if opened >= last or code.texts[opened] != "{" or code.mate[opened] < 0:
            return set()
        keys = (part for part in split(code, opened + 1, code.mate[opened]) if part[1] - part[0] > 2 and code.texts[part[0]] in ("id", "_id"))
        return {each for start, end in keys if code.texts[start + 1] == ":" for each in self._itself(start + 2, end)}

    def _itself(self, first: int, last: int) -> set[str]:
        """The client value that an argument is, by its last name: `order.id` of an order that was found by a slug is no slug."""
        names = [self.code.texts[at] for at in range(first, last) if self.code.kinds[at] == "n"]
        return set(self.value(first, last).ids) & set(names[-1:])
