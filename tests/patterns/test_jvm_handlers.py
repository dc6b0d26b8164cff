"""Java: what a handler is called, and what the names beside it say of whose rows are."""

from __future__ import annotations

import pytest

from prodlint.patterns.entries.around import ties_by_name, without_names
from tests.patterns.apps import told

ITEM = """@Entity
public class Item {
  @Id private Long id;
  @ManyToOne private Member member;
}
"""
MEMBER = "@Entity\npublic class Member {\n  @Id private Long id;\n  private String name;\n}\n"
CONTROLLER = """@RestController
public class ItemController {
  private final ItemService itemService;
  @PatchMapping("/items/{id}/PATH")
  public ResponseEntity<Void> NAME(@PathVariable Long id) {
    itemService.NAME(id);
    return ResponseEntity.noContent().build();
  }
}
"""
SERVICE = """@Service
public class ItemService {
  public void NAME(Long id) {
    Item item = itemRepository.findById(id).orElseThrow();
    item.NAME();
  }
}
"""


@pytest.mark.parametrize(("path", "name", "shown"), [("check", "check", True), ("sign-off", "signOff", True), ("seen", "count", False)])
def test_a_route_that_ends_with_the_id_and_the_name_of_its_handler_changes_what_it_names(path: str, name: str, shown: bool) -> None:
    files = {
        "src/Item.java": ITEM,
        "src/Member.java": MEMBER,
        "src/ItemController.java": CONTROLLER.replace("PATH", path).replace("NAME", name),
        "src/ItemService.java": SERVICE.replace("NAME", name),
    }
    found = told("java", "spring", "@PatchMapping", files)
    assert [(each, confidence != "low") for each, confidence in found] == [("id", shown)]


@pytest.mark.parametrize(
    ("around", "ties"),
    [
        ('@RestController @RequestMapping("/members") public class MemberController @LoginRequired @GetMapping public List<MemberResponse> ', False),
        ("@RestController class PolicyController(private val members: MemberService) @GetMapping ", False),
        ("@RestController public class Orders extends MemberController implements PolicyApi @GetMapping public Order ", False),
        ("@RestController public class MemberController @PreAuthorize(\"hasRole('X')\") public Order ", True),
        ("@RestController @MembersOnly public class Orders @GetMapping public Order ", True),
        ("@RestController public class Orders @CheckOrderAccess @GetMapping public Order ", True),
    ],
)
def test_names_of_classes_and_types_ask_nobody(around: str, ties: bool) -> None:
    assert ties_by_name(without_names(around)) is ties


ALARM = "@Entity\npublic class Alarm {\n  @Id private Long id;\n  private String title;\n}\n"
ALARMS = """@RestController
public class AlarmController {
  private final AlarmService alarmService;
TIED
  @DeleteMapping("/alarms/{alarmId}/all")
  public ResponseEntity<String> purge(@AuthenticationPrincipal User user, @PathVariable Long alarmId) {
    BODY
    return ResponseEntity.ok("gone");
  }
}
"""
TIED = """  @PutMapping("/alarms/{alarmId}/NAME")
  public ResponseEntity<Alarm> NAME(@AuthenticationPrincipal User user, @PathVariable Long alarmId) {
    return ResponseEntity.ok(alarmService.NAME(alarmId, user.getId()));
  }
"""


@pytest.mark.parametrize(
    ("body", "tied", "shown"),
    [
        ("alarmService.removeAlarm(alarmId);", 6, ["alarmId"]),
        ("alarmService.removeAlarm(alarmId);", 0, []),
        ("alarmService.removeAlarm(alarmId, user.getId());", 6, []),
    ],
)
def test_whoever_changes_what_all_others_tie_has_forgotten_it(body: str, tied: int, shown: list[str]) -> None:
    names = ["removeAlarm", "updateAlarm", "closeAlarm", "renameAlarm", "archiveAlarm", "restoreAlarm"][:tied]
    text = ALARMS.replace("TIED", "".join(TIED.replace("NAME", name) for name in names)).replace("BODY", body)
    found = told("java", "spring", "Mapping(", {"src/Alarm.java": ALARM, "src/AlarmController.java": text})
    assert [name for name, confidence in found if confidence != "low"] == shown


RESOLVER = """public class AdminResolver implements HandlerMethodArgumentResolver {
  public boolean supportsParameter(MethodParameter parameter) { return parameter.hasParameterAnnotation(AdminAuth.class); }
  public Object resolveArgument(MethodParameter parameter, NativeWebRequest request) {
    Object id = request.getNativeRequest(HttpServletRequest.class).getSession(false).getAttribute("ADMIN_MEMBER");
    if (id == null) throw new UnauthorizedException();
    return admins.findById((Long) id).orElseThrow();
  }
}
"""


@pytest.mark.parametrize(("param", "shown"), [("@AdminAuth Admin admin, ", False), ("@RequestParam String adminAuth, ", True), ("", True)])
def test_a_parameter_that_is_made_for_administrators_asks_for_one(param: str, shown: bool) -> None:
    files = {
        "src/Item.java": ITEM,
        "src/Member.java": MEMBER,
        "src/AdminResolver.java": RESOLVER,
        "src/ItemController.java": CONTROLLER.replace("/PATH", "/check").replace("NAME", "check").replace("@PathVariable", f"{param}@PathVariable"),
        "src/ItemService.java": SERVICE.replace("NAME", "check"),
    }
    found = told("java", "spring", "@PatchMapping", files)
    assert [(each, confidence != "low") for each, confidence in found] == [("id", shown)]
