"""What looks like a check and is none: its answer is dropped, nothing hangs on it, one side of an OR is enough, it is handed over and not looked at.
Beside each stands the check that is meant."""

from __future__ import annotations

import pytest

from prodlint.model import FileFacts, Match
from prodlint.models import load
from prodlint.patterns.text.meanings import Value
from prodlint.patterns.text.reader import functions
from prodlint.patterns.text.tokens import Code
from prodlint.patterns.text.words import Words
from prodlint.patterns.ties.flow import Flow
from prodlint.project import link

ENTRIES = {"rb": "rails", "php": "php", "java": "spring", "cs": "aspnet", "go": "go"}
SIGNS = {"rb": "class ", "php": "class ", "java": "@RestController", "cs": "class ", "go": "func remove("}


def loose(*files: tuple[str, str]) -> set[str]:
    """The ids that nothing ties, at the entry points of these files."""
    facts = {}
    for path, text in files:
        matches = [Match("source-text", 1, 1, 1, 1, text, {"id": "source-text"})]
        ending = path.rsplit(".", 1)[-1]
        for number, line in enumerate(text.splitlines(), 1):
            if SIGNS.get(ending, "\n") in line and "Service" not in line:
                column = line.index(SIGNS[ending]) + 1
                said = {"id": "entry", "role": "entry", "framework": ENTRIES[ending], "keep": "text"}
                matches.append(Match("entries", number, column, number, len(line) + 1, ENTRIES[ending], said))
        facts[path] = FileFacts(path, "x", 0, matches=tuple(matches))
    return {each.id for each in link(facts, models=load()).loose_ids("javascript", "go", "ruby", "php", "java", "csharp")}


JS = """const express = require("express");
const router = express.Router();
router.delete("/parcels/:parcelId", requireLogin, async (req, res) => {
%s
});
module.exports = router;
"""
RB = "class ParcelsController < ApplicationController\n  def destroy\n%s\n    head :no_content\n  end\nend\n"
PHP = """<?php
class ParcelController extends Controller
{
    public function destroy(Request $request, $id)
    {
%s
        return back();
    }
}
"""
JAVA = """@RestController
class ParcelController {
    @DeleteMapping("/parcels/{id}")
    void remove(@PathVariable Long id, @AuthenticationPrincipal User user) {
%s
        parcelRepository.delete(parcel);
    }
}
"""
CS = """[Authorize]
public class ParcelsController : ControllerBase
{
    [HttpDelete("{id}")]
    public async Task<IActionResult> Remove(int id)
    {
        var userId = User.FindFirstValue(ClaimTypes.NameIdentifier);
%s
        _context.Parcels.Remove(parcel);
        await _context.SaveChangesAsync();
        return NoContent();
    }
}
"""
GO = 'package web\n\nfunc remove(c *gin.Context) {\n\tuserID := c.GetUint("userID")\n\tid := c.Param("id")\n%s\n\tc.Status(204)\n}\n'
SERVICE = """const { Parcel } = require("../models/parcel");
async function removeParcel(parcelId, userId) {
  const parcel = await Parcel.findByPk(parcelId);
%s
  await parcel.destroy();
}
function canRemove(user, parcel) {
  %s
}
module.exports = { removeParcel, canRemove };
"""


def files(ending: str, body: str) -> tuple[str, str]:
    shape = {"js": JS, "rb": RB, "php": PHP, "java": JAVA, "cs": CS, "go": GO}[ending]
    name = {"rb": "app/controllers/parcels_controller.rb", "php": "app/Http/Controllers/ParcelController.php"}.get(ending, f"src/parcels.{ending}")
    return name, shape.replace("%s", body)


FIND = {
    "js": "  const parcel = await Parcel.findByPk(req.params.parcelId);\n",
    "rb": "    parcel = Parcel.find(params[:id])\n",
    "php": "        $parcel = Parcel::findOrFail($id);\n",
    "java": "        Parcel parcel = parcelRepository.findById(id).orElseThrow();\n",
    "cs": "        var parcel = await _context.Parcels.FindAsync(id);\n",
    "go": "\tvar parcel Parcel\n\tdb.First(&parcel, id)\n",
}
REMOVE = {
    "js": "\n  await parcel.destroy();\n  res.end();",
    "rb": "\n    parcel.destroy!",
    "php": "\n        $parcel->delete();",
    "java": "",
    "cs": "",
    "go": "\n\tdb.Delete(&parcel)",
}
PAIRS = [
    # only noted
    (
        "js",
        'if (parcel.userId !== req.user.id) { console.warn("not the owner"); }',
        "if (parcel.userId !== req.user.id) { return res.status(403).end(); }",
    ),
    ("js", 'if (parcel.userId !== req.user.id) logger.warn("odd");', 'if (parcel.userId !== req.user.id) throw new Forbidden("no");'),
    ("rb", 'Rails.logger.warn("odd") if parcel.user_id != current_user.id', "return head :forbidden if parcel.user_id != current_user.id"),
    ("php", 'if ($parcel->user_id !== auth()->id()) { Log::warning("odd"); }', "if ($parcel->user_id !== auth()->id()) { abort(403); }"),
    (
        "java",
        'if (!parcel.getUser().getId().equals(user.getId())) { log.warn("odd"); }',
        "if (!parcel.getUser().getId().equals(user.getId())) { throw new ForbiddenException(); }",
    ),
    ("cs", 'if (parcel.UserId != userId) { _logger.LogWarning("odd"); }', "if (parcel.UserId != userId) { return Forbid(); }"),
    ("go", 'if parcel.UserID != userID {\n\t\tlog.Println("odd")\n\t}', "if parcel.UserID != userID {\n\t\tc.Status(403)\n\t\treturn\n\t}"),
    # who is the same is turned away
    (
        "js",
        'if (parcel.userId === req.user.id) { throw new BadRequest("not your own"); }',
        'if (parcel.userId === req.user.id) { await parcel.destroy(); return res.end(); } else { throw new Forbidden("no"); }',
    ),
    (
        "java",
        "if (parcel.getUser().getId().equals(user.getId())) { throw new BadRequestException(); }",
        "if (!parcel.getUser().getId().equals(user.getId())) { throw new BadRequestException(); }",
    ),
    # asked together, not compared
    (
        "js",
        "if (!req.user || !req.params.parcelId) return res.status(401).end();",
        "if (req.user.id !== parcel.userId) return res.status(403).end();",
    ),
    ("java", "if (user == null || id == null) { throw new BadRequestException(); }", "if (!parcel.isOf(user)) { throw new ForbiddenException(); }"),
    # the answer is dropped
    ("rb", "policy(parcel).destroy?", "return head :forbidden unless policy(parcel).destroy?"),
    ("php", 'Gate::allows("delete", $parcel);', 'if (!Gate::allows("delete", $parcel)) { abort(403); }'),
    ("php", '$request->user()->can("delete", $parcel);', 'abort_unless($request->user()->can("delete", $parcel), 403);'),
    ("java", "parcel.getUser().getId().equals(user.getId());", "check(parcel.getUser().getId().equals(user.getId()));"),
    (
        "cs",
        'await _authorization.AuthorizeAsync(User, parcel, "Owner");',
        'var answer = await _authorization.AuthorizeAsync(User, parcel, "Owner"); if (!answer.Succeeded) return Forbid();',
    ),
    ("go", "\t_ = canRemove(userID, parcel)", "\tif !canRemove(userID, parcel) {\n\t\tc.Status(403)\n\t\treturn\n\t}"),
]


@pytest.mark.parametrize(("ending", "hollow", "real"), PAIRS)
def test_a_check_on_which_nothing_hangs_ties_nothing(ending: str, hollow: str, real: str) -> None:
    assert loose(files(ending, FIND[ending] + hollow + REMOVE[ending])), "this checks nothing"
    assert not loose(files(ending, FIND[ending] + real + REMOVE[ending])), "this checks"


QUERIES = [
    (
        "js",
        "await Parcel.destroy({ where: { [Op.or]: [{ id: req.params.parcelId }, { userId: req.user.id }] } }); res.end();",
        "await Parcel.destroy({ where: { [Op.or]: [{ id: req.params.parcelId }, { code: req.params.parcelId }], userId: req.user.id } }); res.end();",
    ),
    (
        "js",
        "await prisma.parcel.deleteMany({ where: { OR: [{ id: req.params.parcelId }, { userId: req.user.id }] } }); res.end();",
        "await prisma.parcel.deleteMany({ where: { id: req.params.parcelId, OR: [{ userId: req.user.id }, { open: true }] } }); res.end();",
    ),
    (
        "js",
        "await db.delete(parcels).where(or(eq(parcels.id, req.params.parcelId), eq(parcels.userId, req.user.id))); res.end();",
        "await db.delete(parcels).where(and(eq(parcels.id, req.params.parcelId), eq(parcels.userId, req.user.id))); res.end();",
    ),
    (
        "php",
        '$parcel = Parcel::where("user_id", auth()->id())->orWhere("id", $id)->firstOrFail(); $parcel->delete();',
        '$parcel = Parcel::where("user_id", auth()->id())->where("id", $id)->firstOrFail(); $parcel->delete();',
    ),
    (
        "cs",
        "var parcel = await _context.Parcels.FirstOrDefaultAsync(p => p.Id == id || p.UserId == userId);",
        "var parcel = await _context.Parcels.FirstOrDefaultAsync(p => p.Id == id && (p.UserId == userId || p.Open));",
    ),
    (
        "go",
        '\tdb.Where("id = ? OR user_id = ?", id, userID).Delete(&Parcel{})',
        '\tdb.Where("id = ? AND (user_id = ? OR open)", id, userID).Delete(&Parcel{})',
    ),
]


@pytest.mark.parametrize(("ending", "hollow", "real"), QUERIES)
def test_one_side_of_an_or_is_enough(ending: str, hollow: str, real: str) -> None:
    assert loose(files(ending, hollow)), "whoever names an id has it"
    assert not loose(files(ending, real)), "the caller narrows"


@pytest.mark.parametrize(
    ("body", "inside", "can", "found"),
    [
        ("  await removeParcel(req.params.parcelId, req.user.id); res.end();", "", "return true;", True),
        ("  await removeParcel(req.params.parcelId, req.user.id); res.end();", "  logger.info(parcelId, userId);", "return true;", True),
        (
            "  await removeParcel(req.params.parcelId, req.user.id); res.end();",
            "  if (parcel.userId !== userId) throw new Error();",
            "return true;",
            False,
        ),
        ("  await removeParcel(req.params.parcelId, req.user.id); res.end();", "  await gate(parcel, userId);", "return true;", False),
        (FIND["js"] + "  canRemove(req.user, parcel);" + REMOVE["js"], "", "return user.id === parcel.userId;", True),
        (FIND["js"] + "  canRemove(req.user, parcel);" + REMOVE["js"], "", 'if (user.id !== parcel.userId) throw new Error("no");', False),
        (FIND["js"] + "  if (!canRemove(req.user, parcel)) return res.end();" + REMOVE["js"], "", "return user.id === parcel.userId;", False),
    ],
)
def test_what_a_function_is_handed_it_need_not_look_at(body: str, inside: str, can: str, found: bool) -> None:
    service = ("src/services/parcels.js", SERVICE % (inside, can))
    assert bool(loose(files("js", body), service)) is found


def test_what_the_client_sent_may_be_called() -> None:
    code = Code("package web\n\nfunc remove(c *gin.Context) {\n\tid := input()\n\tdb.Delete(&Parcel{}, id)\n}\n", "go")
    reading = Flow(functions(code)[0], Words({}, "go", {}), {"input": Value(container=True)}, lambda *_: None).read()
    assert reading.lookups == []


@pytest.mark.parametrize(("last", "found"), [("hookSignature", False), ("reason", True)])
def test_what_is_handed_over_with_the_signature_of_a_webhook_is_vouched_for(last: str, found: bool) -> None:
    body = f'\t{last} := c.GetHeader("X-Hook")\n\torderRepository.DeleteOrder(c, id, {last})'
    assert ("id" in loose(files("go", body))) is found
