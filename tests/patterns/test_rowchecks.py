"""Java, Kotlin: rows that are asked of who calls, or handed on together with them; whoever made a row; what nobody or everybody is shown."""

from __future__ import annotations

import time

import pytest

from prodlint.patterns.evidence.madeby import JVM, columns
from tests.patterns.apps import told

MEMBER = "@Entity\nclass Member {\n  @Id private Long id;\n  private String password;\n}\n"
KOTLIN = {
    "src/Member.java": MEMBER,
    "src/Note.kt": """@Entity
class Note(@ManyToOne val member: Member, var text: String) {
  fun isMine(who: Member?) {
    if (member != who) throw ForbiddenException("not yours")
  }
  fun looksLike(who: Member?): Boolean = member.name == who?.name
}
""",
    "src/NoteController.kt": """@RestController
class NoteController(private val noteService: NoteService) {
  @PutMapping("/notes/{noteId}")
  fun update(@PathVariable noteId: Long, @RequestBody body: NoteForm): NoteView {
    return NoteView(noteService.update(noteId, body.text))
  }
}
""",
    "src/NoteService.kt": """@Service
class NoteService(private val noteRepository: NoteRepository, private val users: UserService) {
  private val loggedInUser: Member
    get() = users.current
  fun update(noteId: Long, text: String): Note {
    return noteRepository.findById(noteId)
      .orElseThrow {
        NotFoundException("no note $noteId")
      }
      .apply {
        isMine(loggedInUser)
        update(text)
      }
  }
}
""",
}


def shown(sign: str, files: dict[str, str], language: str = "java") -> list[str]:
    return [name for name, confidence in told(language, "spring", sign, files) if confidence != "low"]


@pytest.mark.parametrize(
    ("written", "instead", "quiet"),
    [
        ("isMine(loggedInUser)", "isMine(loggedInUser)", True),
        ("isMine(loggedInUser)", "this.isMine(loggedInUser)", True),
        ("isMine(loggedInUser)", "check(isMine(loggedInUser))", True),
        ("isMine(loggedInUser)", "touch(loggedInUser)", False),
        ('if (member != who) throw ForbiddenException("not yours")', "println(member == who)", False),  # nobody hears what it says
    ],
)
def test_in_a_block_of_kotlin_the_row_is_asked(written: str, instead: str, quiet: bool) -> None:
    files = {path: text.replace(written, instead) for path, text in KOTLIN.items()}
    assert shown("@PutMapping", files, "kotlin") == ([] if quiet else ["noteId"])


FOLDER = """@RestController
public abstract class FileController<P extends FileParent> {
  @PostMapping("/{parentId}/files")
  public Files add(@PathVariable long parentId, @RequestPart("files") MultipartFile[] files) {
    Member actor = Auth.currentMember();
    P parent = findById(parentId);
    CHECK
    return parent.addFiles(files);
  }
}
"""


@pytest.mark.parametrize(
    ("check", "quiet"),
    [
        ("parent.checkActorCanAddFile(actor);", True),
        ("parent.validateWriter(actor);", True),
        ("parent.checkNotFull(actor);", False),
        ("parent.verifySellerRating(actor);", False),
        ("parent.validateAuthorName(actor);", False),
        ("parent.checkActorCanAddFile(files);", False),
    ],
)
def test_a_check_that_no_code_shows_is_believed_by_what_it_says_of_who_calls(check: str, quiet: bool) -> None:
    files = {"src/Member.java": MEMBER, "src/FileController.java": FOLDER.replace("CHECK", check)}
    found = [name for name, _ in told("java", "spring", "@PostMapping", files)]
    assert found == ([] if quiet else ["parentId"])


MADE = {
    "src/Member.java": MEMBER,
    "src/Ticket.java": "@Entity\npublic class Ticket {\n  @Id private Long id;\n  @ManyToOne private Member author;\n  private String title;\n}\n",
    "src/TicketController.java": """@RestController
@RequestMapping("/tickets")
public class TicketController {
  private final TicketService ticketService;
  @DeleteMapping("/{id}")
  public void delete(@PathVariable long id) {
    Member actor = Auth.currentMember();
    Ticket ticket = ticketService.findById(id).orElseThrow(() -> new NotFound("none"));
    ticketService.delete(ticket, actor);
  }
}
""",
    "src/TicketService.java": """@Service
public class TicketService {
  private final TicketRepository ticketRepository;
  public Optional<Ticket> findById(long id) { return ticketRepository.findById(id); }
  public void delete(Ticket ticket, Member actor) {
    if (!ticket.getAuthor().equals(actor)) { throw new Refused("not yours"); }
    ticketRepository.delete(ticket);
  }
}
""",
    "src/OtherService.java": """@Service
public class OtherService {
  public boolean mine(Ticket ticket, Member member) { return ticket.getAuthor().getId().equals(member.getId()); }
}
""",
}


@pytest.mark.parametrize(
    ("written", "instead", "quiet"),
    [
        ("", "", True),
        ("!ticket.getAuthor().equals(actor)", "!ticket.getTitle().equals(title(actor))", False),
        ('{ throw new Refused("not yours"); }', '{ log.warn("not theirs"); }', False),
        ("if (!ticket.getAuthor().equals(actor))", "mails.tell(ticket.getAuthor(), actor); if (ticket.isOld())", False),
    ],
)
def test_a_row_that_is_handed_on_is_checked_where_its_owner_is_held_against_who_calls(written: str, instead: str, quiet: bool) -> None:
    files = {path: text.replace(written, instead) if written else text for path, text in MADE.items()}
    assert shown("@DeleteMapping", files) == ([] if quiet else ["id"])


def test_whoever_made_a_row_owns_it_only_where_code_says_so() -> None:
    bare = {path: text for path, text in MADE.items() if path != "src/OtherService.java"}
    bare["src/TicketService.java"] = bare["src/TicketService.java"].replace(
        'if (!ticket.getAuthor().equals(actor)) { throw new Refused("not yours"); }', ""
    )
    bare["src/TicketController.java"] = bare["src/TicketController.java"].replace("Member actor = Auth.currentMember();\n", "").replace(", actor", "")
    bare["src/TicketService.java"] = bare["src/TicketService.java"].replace(", Member actor", "")
    login = {
        "src/TicketController.java": bare["src/TicketController.java"].replace("@DeleteMapping", '@PreAuthorize("isAuthenticated()") @DeleteMapping')
    }
    assert shown("@DeleteMapping", bare | login) == []
    assert shown("@DeleteMapping", bare | login | {"src/OtherService.java": MADE["src/OtherService.java"]}) == ["id"]
    inside = login["src/TicketController.java"].replace('"/{id}"', '"/gone"').replace("@PathVariable", "@RequestParam")
    assert shown("@DeleteMapping", bare | {"src/TicketController.java": inside, "src/OtherService.java": MADE["src/OtherService.java"]}) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("if (post.getAuthor().equals(member)) {", {"Author"}),
        ("if (actor.equals(answer.getAuthor())) return;", {"Author"}),
        ("if (!Objects.equals(message.getSenderId(), memberId))", {"SenderId"}),
        ("if (comment.author.id != userId) throw Refused()", {"author"}),
        ("book.getAuthor().getName().equals(name)", set()),
        ("author.setName(user)", set()),
    ],
)
def test_columns_that_are_held_against_who_calls(text: str, found: set[str]) -> None:
    assert columns([("java", text)], JVM) == found


POST = "@Entity\npublic class Post {\n  @Id private Long id;\n  @ManyToOne private Member member;\n}\n"
POSTS = """@RestController
@RequestMapping("/posts")
public class PostController {
  private final PostService postService;
  @GetMapping("/PATH/{postId}")
  public PostView one(@PathVariable Long postId) { return postService.one(postId); }
  @PutMapping("/a/{postId}")
  public void a(@PathVariable Long postId, @AuthenticationPrincipal Member me) { postService.change(postId, me); }
  @PutMapping("/b/{postId}")
  public void b(@PathVariable Long postId, @AuthenticationPrincipal Member me) { postService.change(postId, me); }
  @DeleteMapping("/{postId}")
  public void c(@PathVariable Long postId, @AuthenticationPrincipal Member me) { postService.change(postId, me); }
  @GetMapping("/mine/{postId}")
  public void d(@PathVariable Long postId, @AuthenticationPrincipal Member me) { postService.change(postId, me); }
}
"""
POST_SERVICE = """@Service
public class PostService {
  private final PostRepository postRepository;
  public PostView one(Long postId) { return PostView.of(postRepository.findById(postId).orElseThrow()); }
  public void change(Long postId, Member me) { postRepository.deleteByIdAndMember(postId, me); }
}
"""


@pytest.mark.parametrize(("path", "told_of"), [("drafts", True), ("temporary", True), ("shown", False), ("draftsmen", False)])
def test_a_draft_is_not_shown_to_everybody(path: str, told_of: bool) -> None:
    files = {
        "src/Member.java": MEMBER,
        "src/Post.java": POST,
        "src/PostController.java": POSTS.replace("PATH", path),
        "src/PostService.java": POST_SERVICE,
    }
    assert shown("Mapping(", files) == (["postId"] if told_of else [])


@pytest.mark.parametrize(
    ("body", "quiet"),
    [
        ("if (member != who) throw ForbiddenException()", True),
        ("if (!member.equals(who)) throw ForbiddenException()", True),
        ("if (!member!!.equals(who)) throw ForbiddenException()", True),
        ("if (who == member) return;\n    throw ForbiddenException()", True),
        ("require(member == who)", True),
        ("if (member == who) throw ForbiddenException()", False),
        ("if (who == null) throw ForbiddenException()", False),
        ("if (who != null && who.banned) throw ForbiddenException()", False),
        ('if (text == "closed") throw ForbiddenException()', False),
    ],
)
def test_what_a_row_is_asked_by_holds_it_against_who_calls(body: str, quiet: bool) -> None:
    written = 'if (member != who) throw ForbiddenException("not yours")'
    files = {path: text.replace(written, body) for path, text in KOTLIN.items()}
    assert shown("@PutMapping", files, "kotlin") == ([] if quiet else ["noteId"])


def test_long_chains_take_no_time() -> None:
    began = time.monotonic()
    for language, text in (("csharp", "user.user." * 6000), ("csharp", "useruser." * 6000), ("java", "getAuthor().user." * 4000)):
        columns([(language, text)], (language,))
    assert time.monotonic() - began < 3


ROWS = {
    "src/MemberEntity.java": "@Entity\n@Getter\npublic class MemberEntity {\n  @Id private Long id;\n  private String nickname;\n}\n",
    "src/MemoEntity.java": "@Entity\npublic class MemoEntity {\n  @Id private Long id;\n"
    '  @ManyToOne(fetch = FetchType.LAZY)\n  @JoinColumn(name = "member_id")\n  private MemberEntity member;\n  private String text;\n}\n',
    "src/MemoRepository.java": "public interface MemoRepository extends JpaRepository<MemoEntity, Long> {\n}\n",
    "src/MemoController.java": """@RestController
public class MemoController {
  private final MemoRepository memoRepository;
  @PostMapping("/memos")
  public Memo create(@AuthenticationPrincipal MemberEntity me, @RequestBody MemoForm form) {
    return memoRepository.save(new MemoEntity(me, form.text()));
  }
  @DeleteMapping("/memos/{memoId}")
  public void remove(@AuthenticationPrincipal MemberEntity me, @PathVariable Long memoId) {
    memoRepository.deleteById(memoId);
  }
}
""",
}


def test_what_points_to_an_entity_of_a_person_is_theirs_however_the_class_is_called() -> None:
    assert ("memoId", "medium") in told("java", "spring", "Mapping(", ROWS)
    beside = {
        **ROWS,
        "src/MemoEntity.java": ROWS["src/MemoEntity.java"].replace("MemberEntity member", "RoomEntity room").replace("member_id", "room_id"),
    }
    assert ("memoId", "medium") not in told("java", "spring", "Mapping(", beside)
