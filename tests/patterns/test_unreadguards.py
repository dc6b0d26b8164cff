"""Guards before handlers that nobody read: which classes are such, and that they are told once, as unknown."""

from __future__ import annotations

import pytest

from prodlint.model import FileFacts, Match
from prodlint.models import load
from prodlint.patterns.evidence import unreadguards
from prodlint.project import Project, link
from prodlint.report import Finding, Skip

TEMPLATES = """\
public class RightInterceptor implements HandlerInterceptor {
    static final List<Part> PARTS = List.of(new NotePart("/notes/{noteId}"));
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (!rights.permission(request, PARTS)) { response.sendError(403); return false; }
        return true;
    }
}
"""
VARIABLES = """\
class CaseAccessInterceptor(private val cases: CaseService) : CaseHandlerInterceptor {
    override fun preHandle(request: HttpServletRequest, response: HttpServletResponse, handler: Any): Boolean {
        val parts = request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE) as? Map<*, *>
        if (cases.ownerOf(parts?.get("caseId")) != personId()) throw AuthorizationException("no access")
        return true
    }
}
"""
HELPED = """\
class ProjectInterceptor(private val target: TargetProject) : HandlerInterceptor {
    override fun preHandle(request: HttpServletRequest, response: HttpServletResponse, handler: Any): Boolean {
        target.of(request)?.let { if (!permissions.has(it)) throw PermissionException() }
        return true
    }
}
"""
HELPER = """\
class TargetProject {
    fun of(request: HttpServletRequest) = (request.getAttribute(URI_TEMPLATE_VARIABLES_ATTRIBUTE) as Map<String, String>)["projectId"]
}
"""
TOKEN = """\
public class TokenFilter extends OncePerRequestFilter {
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain) {
        if (tokens.parse(request.getHeader("Authorization")).get("id") == null) { response.sendError(SC_FORBIDDEN); return; }
        chain.doFilter(request, response);
    }
}
"""
LOGS = """\
class LogInterceptor : HandlerInterceptor {
    override fun preHandle(request: HttpServletRequest, response: HttpServletResponse, handler: Any): Boolean {
        log.info("{} {noteId}", request.getAttribute(URI_TEMPLATE_VARIABLES_ATTRIBUTE).get("noteId"))
        return true
    }
}
"""
LISTENER = """\
<?php
class TeamListener
{
    public function onKernelController(ControllerEvent $event): void
    {
        if (!$this->teams->isMember($event->getRequest()->attributes->get('teamId'), $this->security->getUser())) {
            throw new AccessDeniedHttpException();
        }
    }
}
"""
CONTROLLER = """\
@RestController
@RequestMapping("/notes")
public class NoteController {
    private final NoteRepository noteRepository;

    @DeleteMapping("/{noteId}")
    public void remove(@PathVariable("noteId") long id, User user) {
        noteRepository.deleteById(id);
    }

    @PutMapping("/{noteId}")
    public void change(@PathVariable("noteId") long id, User user) {
        noteRepository.deleteById(id);
    }

    @GetMapping("/mine")
    public List<Note> mine(User user) {
        return noteRepository.findByOwnerId(user.getId());
    }
}
"""
ENTITY = "@Entity\npublic class Note {\n    @Id\n    private long id;\n\n    @ManyToOne\n    private User owner;\n}\n"


@pytest.mark.parametrize(
    ("texts", "parts"),
    [
        ([TEMPLATES], {"notes/noteId"}),
        ([VARIABLES], {"caseId"}),
        ([HELPED, HELPER], {"projectId"}),
        ([LISTENER], {"teamId"}),
        ([HELPED], set()),  # it looks at no part of the path
        ([TOKEN], set()),  # what a token says is no part of the path
        ([LOGS], set()),  # it refuses nobody
        ([CONTROLLER], set()),
    ],
)
def test_what_looks_at_the_path_and_may_refuse(texts: list[str], parts: set[str]) -> None:
    found = unreadguards.found([(f"{at}.java", text) for at, text in enumerate(texts)])
    assert set().union(*(guard.parts for guard in found)) == parts


@pytest.mark.parametrize(
    ("asks", "mark"),
    [
        ("handler.getMethodAnnotation(NeedsRight.class)", "NeedsRight"),
        ("AnnotationUtils.getAnnotation(handler.method, NeedsRight::class.java)", "NeedsRight"),
        ("NeedsRight.Helper.getAnnotation(handler)", "NeedsRight"),
        ("handler.hasMethodAnnotation(NeedsRight.class)", "NeedsRight"),
        ("handler.toString()", ""),
    ],
)
def test_the_marks_that_it_asks_for(asks: str, mark: str) -> None:
    (guard,) = unreadguards.found([("A.java", TEMPLATES.replace("rights.permission", f"{asks} == null || rights.permission"))])
    assert guard.marks == ({mark} if mark else set())


def project(*texts: tuple[str, str]) -> Project:
    facts = {}
    for path, text in texts:
        entries = (Match("entries", 1, 1, 1, 1, "", {"role": "entry", "framework": "spring"}),) if "Controller" in path else ()
        facts[path] = FileFacts(path, "x", 0, matches=(*entries, Match("source-text", 1, 1, 1, 1, text, {"id": "source-text"})))
    return link(facts, models=load())


def test_rows_behind_a_guard_are_told_once() -> None:
    made = project(("NoteController.java", CONTROLLER), ("Note.java", ENTITY), ("RightInterceptor.java", TEMPLATES))
    (told,) = made.route_problems()
    assert (told.path, told.line, told.severity) == ("RightInterceptor.java", 1, "warning")
    assert told.message.startswith("RightInterceptor looks at parts of the path") and "2 rows" in told.message
    answers = list(made.unscoped_lookups("java"))
    assert [each.verdict for each in answers if isinstance(each, Skip)] == ["unknown"]
    assert {each.confidence for each in answers if isinstance(each, Finding)} == {"low"}


def test_without_a_guard_every_row_is_told() -> None:
    made = project(("NoteController.java", CONTROLLER), ("Note.java", ENTITY), ("TokenFilter.java", TOKEN))
    assert made.route_problems() == ()
    assert [each.confidence for each in made.unscoped_lookups("java") if isinstance(each, Finding)] == ["medium", "medium"]


def test_an_open_path_says_nothing_of_others() -> None:
    assert unreadguards.placed("/api/products/{id}").isdisjoint(unreadguards.placed("/api/orders/{id}"))
    assert unreadguards.placed("/notes/{noteId}/**") <= unreadguards.placed("/api/notes/{noteId}/pages/{id}")


ASPECT = """\
@Aspect
@Component
public class BoardAspect {
    @Before("@annotation(boardAccess)")
    public void check(JoinPoint point, BoardAccess boardAccess) {
        Post post = posts.findById(argument(point, "postId")).orElseThrow();
        if (boardAccess.author() && !Objects.equals(post.getUser().getId(), users.current().getId())) { throw ErrorCode.ACCESS_DENIED.get(); }
    }
    private Long argument(JoinPoint point, String name) {
        Parameter[] parameters = ((MethodSignature) point.getSignature()).getMethod().getParameters();
        return (Long) point.getArgs()[index(parameters, name)];
    }
}
"""


def test_an_aspect_takes_parameters_by_their_names_and_annotations_by_a_name_of_its_own() -> None:
    (guard,) = unreadguards.found([("src/BoardAspect.java", ASPECT)])
    assert guard.parts == {"postId"}
    assert guard.marks == {"BoardAccess"}
    assert unreadguards.found([("src/BoardAspect.java", ASPECT.replace("getParameters()", "getName()"))]) == ()
    assert unreadguards.found([("src/BoardAspect.java", ASPECT.replace("@annotation(boardAccess)", "execution(* app..*(..))"))]) == ()  # before all
    assert unreadguards.found([("src/BoardAspect.java", ASPECT.replace("throw ErrorCode.ACCESS_DENIED.get()", "throw caught"))]) == ()
    assert unreadguards.found([("src/BoardAspect.java", ASPECT.replace("throw ErrorCode.ACCESS_DENIED.get()", 'log.warn("odd")'))]) == ()
    limits = ASPECT.replace('posts.findById(argument(point, "postId")).orElseThrow()', 'limiter.of(argument(point, "postId"))')
    assert unreadguards.found([("src/BoardAspect.java", limits)]) == ()
