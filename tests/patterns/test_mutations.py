"""Every quiet example of a page is quiet because of its guard: without the guard, the rule finds it."""

from __future__ import annotations

import dataclasses

import pytest

from prodlint.facts import semgrep
from tests.pages import Example, all_rules, examples, source
from tests.test_pages import judged

pytestmark = pytest.mark.skipif(semgrep.find() is None, reason="semgrep is not installed: pip install 'prodlint[semgrep]'")
PAGES = "What a file of `pages/api` wraps its function in itself, a key that belongs to the tenant, one's own membership"
BLOCKS = "Blocks before actions, a method that is handed what was loaded, the password of the row itself"
# examples in which other lines are told already: without the guard one more is
BESIDE = [
    ("unscoped-lookup-go", "Middleware that the project writes itself", "RequireMember(h.groups), h.settle", "h.settle"),
    (
        "unscoped-lookup-javascript",
        "Hooks of Fastify, and a route that only hands on",
        "    await feedRoutes(instance",
        "    await feedRoutes(fastify",
    ),
    ("unscoped-lookup-javascript", "Hooks of Fastify, and a route that only hands on", ", userId: request.user.userId", ""),
    (
        "unscoped-lookup-jvm",
        "What a filter put on the request",
        "findByIdAndShopId(lotId, shopId).orElseThrow();\n    }\n\n    Lot rename",
        "findById(lotId).orElseThrow();\n    }\n\n    Lot rename",
    ),
    ("unscoped-lookup-csharp", "Handlers of messages that know who asks by the type of a field", "e.UserId == userId && ", ""),
    ("unscoped-lookup-csharp", "Handlers of messages that know who asks by the type of a field", "reminder.UserId != _user.Id", "reminder is null"),
    ("unscoped-lookup-ruby", "Who asks in a later step of the chain", ".where(user_id: current_user.id)", ""),
    ("unscoped-lookup-ruby", "A row of who asks that must be there, whom one blocks", "    return redirect_to(rooms_path) unless participant\n", ""),
    (
        "unscoped-lookup-php",
        "A component's own row, what a row is to point to, a link with a token",
        "$version->article_id !== $this->article->id",
        "!$version",
    ),
    (
        "unscoped-lookup-php",
        "Policies that only ask what somebody may do, actions that nobody wrote, what a middleware resolved",
        "where('store_id', $storeId)->where",
        "where",
    ),
]
CASES = [
    ("unscoped-lookup-javascript", "Scoped by the caller", ", workspaceId: workspace.id", ""),
    (
        "unscoped-lookup-javascript",
        "A check takes the id, or a row that ties it is asked for",
        "  await assertProjectMember(userId, projectId);\n",
        "",
    ),
    ("unscoped-lookup-javascript", "The base of a procedure checks, or only staff comes here", ", userId: ctx.session.user.id", ""),
    ("unscoped-lookup-javascript", "The base of a procedure checks, or only staff comes here", 'ctx.session.user.role !== "admin"', "!input.boardId"),
    ("unscoped-lookup-javascript", "Middleware of the project, and a router that is mounted behind one", ", owner: req.user.id", ""),
    ("unscoped-lookup-javascript", "Middleware of the project, and a router that is mounted behind one", "staffOnly, desk", "desk"),
    ("unscoped-lookup-javascript", "Form actions of SvelteKit that ask whose it is", ", authorId: locals.user.id", ""),
    ("unscoped-lookup-javascript", "Form actions of SvelteKit that ask whose it is", "note?.authorId !== locals.user.id", "!note"),
    ("unscoped-lookup-javascript", "Form actions of SvelteKit that ask whose it is", "    await assertNoteOwner(locals.user, params.noteId);\n", ""),
    ("unscoped-lookup-php", "Livewire: a public property that a client may set", "    #[Locked]\n", ""),
    ("unscoped-lookup-php", "Livewire: a public property that a client may set", "        $this->authorize('update', $parcel);\n", ""),
    ("unscoped-lookup-php", "Livewire: a public property that a client may set", "auth()->user()->parcels()->findOrFail", "Parcel::findOrFail"),
    (
        "unscoped-lookup-php",
        "A row that a relation is handed by its id",
        "        $this->authorize('use', Crate::findOrFail($crate_id));\n",
        "        $this->seen = true;\n",
    ),
    ("unscoped-lookup-php", "Symfony: an annotation over many lines", "$sketch->getUser() !== $this->getUser()", "!$this->getUser()"),
    (
        "unscoped-lookup-ruby",
        "Grape: what runs before the routes of a block, and of no other",
        "          error!('401 Unauthorized', 401) unless @policy.share?\n",
        "",
    ),
    ("unscoped-lookup-ruby", "A policy that looks only at the role, for rows of one tenant", "admin? && same_org?", "admin?"),
    ("unscoped-lookup-ruby", "A policy that looks only at the role, for rows of one tenant", "Overview", "Colours"),
    (
        "unscoped-lookup-ruby",
        "A guard of this action that looks at the row, a helper whose actions all check",
        "only: %i(deactivate)",
        "only: %i(index)",
    ),
    ("unscoped-lookup-ruby", "A guard of this action that looks at the row, a helper whose actions all check", "    authorize! :show, origin\n", ""),
    (
        "unscoped-lookup-ruby",
        "A guard of this action that looks at the row, a helper whose actions all check",
        "load_and_authorize_resource :crate, only: :index",
        "load_and_authorize_resource :crate, only: :show",
    ),
    ("unscoped-lookup-php", "A property of the request that is compared, who asks as a property", "$link->user_id !== Auth::id()", "!$link"),
    ("unscoped-lookup-php", "A property of the request that is compared, who asks as a property", "where('user_id', Auth::id())->find", "find"),
    (
        "unscoped-lookup-jvm",
        "The same, where the interface keeps it to staff or the class asks whose it is",
        "!noteService.isNoteOf(getUserId(), noteId)",
        "noteId == null",
    ),
    (
        "unscoped-lookup-jvm",
        "The same, where the interface keeps it to staff or the class asks whose it is",
        '    @RolesAllowed({"notes-admin"})\n',
        "",
    ),
    ("unscoped-lookup-jvm", "The same, where the interface keeps it to staff or the class asks whose it is", "!isSuperUser()", "noteId == null"),
    (
        "unscoped-lookup-jvm",
        "Who asks is a field that the container fills; likes; what is left out of the login",
        "    @Autowired\n    protected ClientDetails user;\n",
        "",
    ),
    (
        "unscoped-lookup-jvm",
        "Who asks is a field that the container fills; likes; what is left out of the login",
        "        this.tenant = tenant;\n",
        "",
    ),
    (
        "unscoped-lookup-jvm",
        "Who asks is a field that the container fills; likes; what is left out of the login",
        "noteService.like(note, account)",
        "noteService.delete(note)",
    ),
    (
        "unscoped-lookup-jvm",
        "Who asks is a field that the container fills; likes; what is left out of the login",
        '    @GetMapping("/shown/',
        '    @PreAuthorize("isAuthenticated()")\n    @PutMapping("/shown/',
    ),
    (
        "unscoped-lookup-jvm",
        "A role of a name of its own has power over all rows, where whoever has none is asked",
        '    @PreAuthorize(Rules.IS_OFFICE)\n    @DeleteMapping("/{slipId}")\n',
        '    @DeleteMapping("/{slipId}")\n',
    ),
    (
        "unscoped-lookup-jvm",
        "A role of a name of its own has power over all rows, where whoever has none is asked",
        "slipRepository.deleteById(slipId)",
        "slipRepository.deleteByIdAndCustomerName(slipId, principal.getName())",
    ),
    ("unscoped-lookup-ruby", BLOCKS, "only: %i[show update destroy] do", "only: %i[show update] do"),
    ("unscoped-lookup-ruby", BLOCKS, "    not_a_leader @rehearsal.group_id\n", ""),
    ("unscoped-lookup-ruby", BLOCKS, "group_id: group_id, user_id: current_user.id", "group_id: group_id"),
    ("unscoped-lookup-ruby", BLOCKS, "    return head :forbidden unless @user.authenticate(params[:current_password])\n", ""),
    (
        "unscoped-lookup-php",
        "A class above checks the row that it is handed; an id that is emptied where it says nothing",
        "        $this->denyAccessUnlessGranted('delete', $entity);\n",
        "",
    ),
    ("unscoped-lookup-ruby", "A concern checks the row that it is handed", "    authorize model_object\n", ""),
    ("unscoped-lookup-php", "A model that the route selects by a token", "email_log:token", "email_log"),
    (
        "unscoped-lookup-ruby",
        "A check that looks at the row which was loaded, beside an action that finds it again",
        "    authorize @grant || current_user\n",
        "    current_user.touch\n",
    ),
    (
        "unscoped-lookup-ruby",
        "What is loaded is checked before the actions that change it",
        ":correct_person, only: %i[update destroy]",
        ":correct_person, only: %i[create]",
    ),
    ("unscoped-lookup-ruby", "What is loaded is checked before the actions that change it", "@remark.user_id == current_user.id", "current_user"),
    (
        "unscoped-lookup-ruby",
        "Whoever wrote the class left what only reads out of its checks",
        "except: [:index, :show, :receipt]",
        "except: [:index, :show, :update]",
    ),
    ("unhandled-promise-in-handler", "Somebody does", ".catch(next)", ""),
    ("unhandled-promise-in-handler", "A package hands rejections on", 'require("express-async-errors");\n', ""),
    ("unhandled-promise-in-handler", "Express 5 hands rejections on", "^5.0.1", "^4.18.2"),
    (
        "unverified-webhook",
        "The provider's signature is checked",
        'stripe.webhooks.constructEvent(await request.text(), request.headers.get("stripe-signature"), process.env.STRIPE_WEBHOOK_SECRET)',
        "await request.json()",
    ),
    ("open-firebase-rules", "Each his own, and a public list", "if request.auth.token.editor == true", "if true"),
    ("missing-login-nextjs", "A function of the project asks", "  await gate();\n  await prisma.tag", "  await prisma.tag"),
    ("unscoped-lookup-go", "A check takes the object", "s.authorizer.CanRead(currentUser(c), board)", "s.count(currentUser(c))"),
    ("unscoped-lookup-javascript", "Made for everybody, and what a middleware put on the request", ", owner: req.dbUser._id", ""),
    ("unscoped-lookup-go", "Operations of huma, messages of Connect and gRPC", '"id = ? AND user_id = ?", in.ID, user.ID', '"id = ?", in.ID'),
    ("unscoped-lookup-javascript", "A wrapper of the project hands over who calls", "where: { id, userId } }", "where: { id } }"),
    (
        "unscoped-lookup-php",
        "Symfony, with what was posted",
        "$shift->getUser()->getId() !== $this->getUser()->getId()",
        "!$shift",
    ),
    ("unscoped-lookup-ruby", "The organization of the session owns what belongs to it", "current_organization.depots.find", "Depot.find"),
    ("unscoped-lookup-ruby", "Through an association", "current_user.invoices.find", "Invoice.find"),
    ("unscoped-lookup-ruby", "Compared with the caller", "unless message.recipient_id == current_user.id", "unless current_user.active == true"),
    (
        "unscoped-lookup-ruby",
        "A method that loads for actions, and the actions that check",
        "    authorize @transfer\n    @transfer",
        "    @transfer",
    ),
    ("unscoped-lookup-ruby", "An action that authorizes nothing fails", "  after_action :verify_authorized\n", ""),
    (
        "unscoped-lookup-ruby",
        "Actions that compare with the caller of the base class",
        "    return head :no_content if @visit.user_id != @current_user.id\n",
        "",
    ),
    ("unscoped-lookup-php", "Tied to the parent", "$column['board_id'] != $board['id']", "!$column"),
    ("unscoped-lookup-php", "A policy for every action", "        $this->authorizeResource(Ticket::class, 'ticket');\n", ""),
    ("unscoped-lookup-php", "A trait narrows every query of the model", "auth()->user()->studio_id", "1"),
    ("unscoped-lookup-php", "A trait narrows every query of the model", "use HasFactory, OfStudio;", "use HasFactory;"),
    ("unscoped-lookup-php", "Left out of the login, so that everybody may read it", "Route::prefix('openings')", "Route::middleware('auth')"),
    ("unscoped-lookup-php", "Left out of the login, so that everybody may read it", "['auth', 'can:rule-all']", "'auth'"),
    ("unscoped-lookup-php", "A controller that no route names", "'racks', RackController", "'racks', DropCrateAction"),
    ("unscoped-lookup-php", "Whoever is written to", "'recipient_id'", "'person_id'"),
    ("unscoped-lookup-php", "A controller that no route names", "    // Route::apiResource('sheds'", "    Route::apiResource('sheds'"),
    ("unscoped-lookup-php", "Symfony: roles that the configuration asks for a path", "[ROLE_ADMIN, ROLE_FOREMAN]", "[ROLE_USER]"),
    ("unscoped-lookup-php", "Symfony: roles that the configuration asks for a path", "^/api/repairs, methods", "^/api/other, methods"),
    (
        "unscoped-lookup-ruby",
        "Every query of the model is narrowed by a concern, and a default scope that only sorts",
        "  include OfStudio\n",
        "",
    ),
    (
        "unscoped-lookup-ruby",
        "Staff, by what a class above asks",
        "    before_action :require_admin!, except: :help\n",
        "",
    ),
    (
        "unscoped-lookup-ruby",
        "Staff, by what a class above asks",
        "  load_and_authorize_resource\n",
        "",
    ),
    ("unscoped-lookup-ruby", "Left out of the login, so that everybody may read it", ", except: %i[show]", ""),
    ("unscoped-lookup-ruby", "Left out of the login, so that everybody may read it", "    skip_authorization\n", ""),
    ("unscoped-lookup-php", "Every query of the model is narrowed", "static::addGlobalScope('own', ", "static::retrieved("),
    (
        "unscoped-lookup-php",
        "Symfony: a voter, the owner in the query, the owner compared, staff",
        "    #[IsGranted('EDIT', subject: 'invoice')]\n",
        "",
    ),
    ("unscoped-lookup-php", "Symfony: a voter, the owner in the query, the owner compared, staff", ", 'customer' => $this->getUser()", ""),
    (
        "unscoped-lookup-php",
        "Symfony: a voter, the owner in the query, the owner compared, staff",
        "$invoice->getCustomer() !== $user",
        "!$invoice->isOpen()",
    ),
    (
        "unscoped-lookup-php",
        "Symfony: a voter, the owner in the query, the owner compared, staff",
        "        $this->denyAccessUnlessGranted('EDIT', $invoice);\n",
        "",
    ),
    ("unscoped-lookup-php", "Only administrators come here", "['auth', 'admin']", "['auth']"),
    (
        "unscoped-lookup-javascript",
        "The base of a procedure with much input checks, and a link that is signed",
        "input.albumId, userId: ctx.session.user.id",
        "input.albumId",
    ),
    ("unscoped-lookup-javascript", "The base of a procedure with much input checks, and a link that is signed", "hash !== expected", "!hash"),
    (
        "unscoped-lookup-javascript",
        "The base of a procedure with much input checks, and a link that is signed",
        "loadTrack(input.trackId, ctx.session.user.id)",
        "loadTrack(input.trackId)",
    ),
    (
        "unscoped-lookup-php",
        "A form request that inherits its check, and one that only asks whether somebody is signed in",
        "class WeighParcelRequest extends DeskRequest",
        "class WeighParcelRequest extends FormRequest",
    ),
    ("unscoped-lookup-javascript", "What a file of `pages/api` hands its handler to", ", administrator: true", ""),
    ("unscoped-lookup-jvm", "With the principal", "findByIdAndCustomerId(orderId, user.getId())", "findById(orderId)"),
    ("unscoped-lookup-jvm", "The service asks who it is", "findByIdAndOwner(carId, user)", "findById(carId)"),
    ("unscoped-lookup-csharp", "With the user, or the parent", " && i.OwnerId == userId", ""),
    ("unscoped-lookup-javascript", PAGES, " || key.guildId !== id", ""),
    ("unscoped-lookup-javascript", PAGES, 'withPermissionCheck(handler, "banner")(req, res)', "handler(req, res)"),
    ("unscoped-lookup-javascript", PAGES, "include: { memberships: { where: { guildId } } }", "include: { memberships: true }"),
    ("unscoped-lookup-javascript", PAGES, "workspaceAccess.fromTaskId()", "counted()"),
    ("unscoped-lookup-javascript", "The base of a procedure takes a middleware that a function makes", "  .use(inTeam());", "  .use(timing);"),
    ("unscoped-lookup-javascript", "The base of a procedure takes a middleware that a function makes", ", teamId } });", " } });"),
    ("unscoped-lookup-javascript", "The base of a procedure takes a middleware that a function makes", "userId: ctx.user.id } });", "} });"),
]


def mutated(name: str, heading: str, guard: str, without: str) -> tuple[Example, set[tuple[str, str, int]]]:
    """(the example, what is told of it without its guard)."""
    rule = next(rule for rule in all_rules() if rule.name == name)
    example = next(example for example in examples(rule) if example.heading == heading)
    assert any(guard in each.data.decode() for each in example.sources)
    sources = [source(each.path, each.data.decode().replace(guard, without)) for each in example.sources]
    found, problems = judged(dataclasses.replace(example, sources=sources), [rule])
    assert not problems
    return example, {entry for entry in found if entry[0] == name}


@pytest.mark.parametrize(
    ("name", "heading", "guard", "without"), CASES, ids=lambda value: value if isinstance(value, str) and len(value) < 60 else ""
)
def test_without_its_guard_it_is_found(name: str, heading: str, guard: str, without: str) -> None:
    assert mutated(name, heading, guard, without)[1]


@pytest.mark.parametrize(
    ("name", "heading", "guard", "without"), BESIDE, ids=lambda value: value if isinstance(value, str) and len(value) < 60 else ""
)
def test_without_its_guard_one_more_is_found(name: str, heading: str, guard: str, without: str) -> None:
    example, told = mutated(name, heading, guard, without)
    assert len(told) > len(example.marks)
