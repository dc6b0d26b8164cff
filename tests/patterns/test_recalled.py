"""Ids that were taken for checked, or never seen: shapes of fixes of real apps, each with its mutation."""

from __future__ import annotations

import pytest

from prodlint.patterns.entries.around import ties_by_name
from tests.patterns.apps import told

# ------------------------------------------------------------------------- Go
HANDLER = """\
package api

func (h *Handler) ShowFile(w http.ResponseWriter, r *http.Request) {
	fileID, err := h.routeUUID(r, "file_id")
	%s
	file, err := h.files.Get(r.Context(), %s)
	render.JSON(w, r, file)
}

func (h *Handler) routeUUID(r *http.Request, key string) (uuid.UUID, error) {
	return uuid.Parse(chi.URLParam(r, key))
}
"""
CONTEXTS = """\
package services

func NewContext(ctx context.Context) Context {
	user := UseUser(ctx)
	return Context{Context: ctx, GID: user.GroupID}
}

func UseUser(ctx context.Context) *User {
	return ctx.Value(ContextUser).(*User)
}
"""
FILES = """\
package store

func (s *FileStore) Get(ctx context.Context, %s) (*ent.File, error) {
	return s.one(ctx, %s)
}

func (s *FileStore) one(ctx context.Context, where ...predicate.File) (*ent.File, error) {
	return s.db.File.Query().Where(where...).Only(ctx)
}
"""
OF_GROUP = FILES % ("gid, id uuid.UUID", "file.ID(id), file.HasGroupWith(group.ID(gid))")
OF_ALL = FILES % ("id uuid.UUID", "file.ID(id)")


@pytest.mark.parametrize(
    ("made", "given", "store", "ids"),
    [
        ("own := services.NewContext(r.Context())", "own.GID, fileID", OF_GROUP, []),
        ('ctx, span := tracer.Start(r.Context(), "files.show")\n\town := services.NewContext(ctx)', "own.GID, fileID", OF_GROUP, []),
        ("", "fileID", OF_ALL, ["file_id"]),
        ("own := services.NewContext(r.Context())\n\th.log.Info(own.GID)", "fileID", OF_ALL, ["file_id"]),
    ],
)
def test_what_a_helper_of_the_handler_reads_from_the_request_is_an_id_and_a_context_of_the_project_says_who_asks(
    made: str, given: str, store: str, ids: list[str]
) -> None:
    files = {"api/files.go": HANDLER % (made, given), "services/contexts.go": CONTEXTS, "store/files.go": store}
    assert [name for name, _ in told("go", "go", "func (h *Handler) ShowFile", files)] == ids


STORES = """\
package store

func NewFolder(ctx context.Context) *Folder {
	return &Folder{owner: ctx.Value(ContextUser).(*User).ID}
}

func NewUserContext(ctx context.Context) *UserContext {
	return &UserContext{Context: ctx, UserID: ctx.Value(ContextUser).(*User).ID}
}

func (f *Folder) Order(id string) (*Order, error) {
	var order Order
	err := f.db.QueryRow("SELECT * FROM orders WHERE id=$1", id).Scan(&order.ID)
	return &order, err
}
"""
SHOWN = """\
package api

func (h *Handler) Show(w http.ResponseWriter, r *http.Request) {
	own := store.%s(r.Context())
	id := chi.URLParam(r, "id")
	%s
	render.JSON(w, r, order)
}
"""
STORED = 'package store\n\ntype Order struct {\n\tID uint `gorm:"primaryKey"`\n\tUserID uint\n}\n'


@pytest.mark.parametrize(
    ("made", "used", "ids"),
    [
        ("NewFolder", "order, _ := own.Order(id)", ["id"]),
        ("NewUserContext", 'var order store.Order\n\th.db.WithContext(own).First(&order, "id = ?", id)', ["id"]),
        ("NewUserContext", 'var order store.Order\n\th.db.WithContext(own).First(&order, "id = ? AND user_id = ?", id, own.UserID)', []),
    ],
)
def test_a_store_that_knows_who_asks_and_a_context_that_is_handed_on_narrow_nothing(made: str, used: str, ids: list[str]) -> None:
    files = {"api/orders.go": SHOWN % (made, used), "store/store.go": STORES, "store/order.go": STORED}
    assert [name for name, _ in told("go", "go", "func (h *Handler) Show", files)] == ids


BASE = """\
package model

type Common struct {
	ID     uint64 `gorm:"primaryKey"`
%s}

type Monitor struct {
	Common

	Target string `gorm:"index"`
}
"""
MONITORS = """\
package api

func (h *Handler) DeleteMonitor(c *gin.Context) {
	me := c.MustGet("user").(*model.User)
	h.log.Info(me.Name)
	h.db.Delete(&model.Monitor{}, c.Param("id"))
}
"""


@pytest.mark.parametrize(("column", "confidence"), [('\tUserID uint64 `gorm:"index"`\n', "medium"), ("", "low")])
def test_a_struct_of_go_has_the_columns_of_the_one_that_it_embeds(column: str, confidence: str) -> None:
    files = {"model/monitor.go": BASE % column, "api/monitors.go": MONITORS, "api/routes.go": ROUTES}
    found = [of for name, of in told("go", "go", "func (h *Handler) DeleteMonitor", files) if name == "id"]
    assert found == [confidence]


ROUTES = """\
package api

func Routes(r *gin.Engine, h *Handler) {
	private := r.Group("/api", RequireLogin)
	private.DELETE("/monitors/:id", h.DeleteMonitor)
}
"""


# ------------------------------------------------------------------------- C#
DECLARED = """\
public class Owned
{
    public int Id { get; set; }
%s}

public class Wish : Owned
{
    public string Title { get; set; }
}

public class ShopUser : IdentityUser { }

public class ShopContext : IdentityDbContext<ShopUser>
{
    public DbSet<Wish> Wishes { get; set; }
}
"""
WISHES = """\
[Authorize]
[Route("wishes")]
public class WishesController : ControllerBase
{
    [HttpDelete("{id:int}")]
    %s
    public async Task<IActionResult> Discard(int id)
    {
        var wish = await _context.Wishes.FindAsync(id);
        _context.Wishes.Remove(wish);
        await _context.SaveChangesAsync();
        return NoContent();
    }
}
"""


@pytest.mark.parametrize(
    ("column", "asked", "confidence"),
    [
        ("    public ShopUser Wisher { get; set; }\n", "", "medium"),
        ("", "", "low"),
        ("    public ShopUser Wisher { get; set; }\n", '[Authorize(Roles = "Admin,ManageOwnWishes")]', "medium"),
        ("    public ShopUser Wisher { get; set; }\n", '[Authorize(Roles = "Manager")]', "low"),
    ],
)
def test_an_entity_of_csharp_has_the_properties_of_its_base_and_a_role_for_what_is_ones_own_excuses_nothing(
    column: str, asked: str, confidence: str
) -> None:
    files = {"Shop.cs": DECLARED % column, "WishesController.cs": WISHES % asked}
    assert told("csharp", "aspnet", "class WishesController", files) == [("id", confidence)]


@pytest.mark.parametrize(
    ("around", "ties"),
    [
        ('[Authorize(Roles = "Admin,ManageOwnOrders")]', False),
        ('@Permissions("orders:update:own")', False),
        ('@Roles("owner")', True),
        ('[Authorize(Roles = "Admin,ManageOrders")]', True),
        ('@Permissions("orders:update:town")', True),
    ],
)
def test_a_permission_for_what_is_ones_own_says_nothing_of_whose_it_is(around: str, ties: bool) -> None:
    assert ties_by_name(around) is ties


# ---------------------------------------------------------------- JavaScript
LOGIN = """\
export const isAuthenticated = (permissions%s: Permission[], options?: Options): Middleware => {
  const check: Middleware = (req, res, next) => {
    if (!req.user || !req.user.hasPermission(permissions ?? 0, options)) {
      res.status(403).json({ error: "forbidden" });
    } else {
      next();
    }
  };
  return check;
};
"""
PUSHES = """\
import { isAuthenticated } from "../middleware/login";
const router = Router();

router.get("/me", isAuthenticated(), async (req, res) => {
  res.json(await User.findOne({ where: { id: req.user.id } }));
});

router.delete("/users/:userId/pushes/:pushId", isAuthenticated(%s), async (req, res) => {
  await PushSubscription.destroy({ where: { id: req.params.pushId } });
  res.json({});
});
"""


@pytest.mark.parametrize(("optional", "handed", "confidence"), [("?", "", "medium"), ("?", "[Permission.ADMIN]", "low"), ("", "", "low")])
def test_a_middleware_asks_for_no_permission_where_it_is_handed_none(optional: str, handed: str, confidence: str) -> None:
    files = {"src/middleware/login.ts": LOGIN % optional, "src/routes/pushes.ts": PUSHES % handed}
    assert [of for name, of in told("typescript", "router", "router.", files) if name == "pushId"] == [confidence]


GUARD = """\
export const ROLES = 'roles';
export const Roles = (...roles: Role[]) => SetMetadata(ROLES, roles);

@Injectable()
export class RolesGuard implements CanActivate {
  constructor(private reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const roles = this.reflector.getAllAndOverride<Role[]>(ROLES, [context.getHandler(), context.getClass()]);
    if (!roles) {
      %s
    }
    return roles.includes(context.switchToHttp().getRequest().user.role);
  }
}
"""
NOTES = """\
@Controller('notes')
@UseGuards(JwtAuthGuard, RolesGuard)
export class NotesController {
  constructor(private readonly notes: NotesService) {}

  @Get()
  list(@Req() req) {
    return this.notes.listOf(req.user.id);
  }

  @Delete(':id')
  %s
  remove(@Param('id') id: string) {
    return this.notes.remove(id);
  }
}
"""
SERVICE = """\
@Injectable()
export class NotesService {
  constructor(@InjectRepository(Note) private repository: Repository<Note>) {}

  listOf(userId: string) {
    return this.repository.find({ where: { userId } });
  }

  remove(id: string) {
    return this.repository.delete({ id });
  }
}
"""
NOTE = """\
@Entity('notes')
export class Note {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column()
  userId: string;
}
"""


@pytest.mark.parametrize(
    ("without", "mark", "confidence"), [("return true;", "", "medium"), ("return true;", "@Roles(Role.Clerk)", "low"), ("return false;", "", "low")]
)
def test_a_guard_of_nest_asks_for_nothing_where_no_decorator_says_for_what(without: str, mark: str, confidence: str) -> None:
    files = {"src/guard.ts": GUARD % without, "src/notes.controller.ts": NOTES % mark, "src/notes.service.ts": SERVICE, "src/note.entity.ts": NOTE}
    assert [of for name, of in told("typescript", "nest", "@Delete(", files) if name == "id"] == [confidence]


USER = """\
@Entity('users')
export class UserEntity {
  @Column()
  passwordHash: string;
%s}

@Entity('customers')
export class CustomerEntity {
  @Column()
  firstName: string;
}

@Entity('carts')
export class CartEntity {
  @Column()
  customerId: number;
}

@Entity('colours')
export class ColourEntity {
  @Column()
  label: string;
}
"""
CASES = """\
@Controller('carts')
@UseGuards(JwtAuthGuard)
export class CartsController {
  constructor(private readonly clearCart: ClearCartUseCase, private readonly paint: PaintUseCase) {}

  @Delete(':cartId')
  clear(@Param('cartId') cartId: string) {
    return this.clearCart.execute(cartId);
  }

  @Put('colours/:colourId')
  colour(@Param('colourId') colourId: string) {
    return this.paint.execute(colourId);
  }
}
"""
USE_CASES = """\
export class ClearCartUseCase {
  constructor(private cartRepository: CartRepository) {}
  async execute(id: string) {
    return this.cartRepository.delete({ id });
  }
}
export class PaintUseCase {
  constructor(private colourRepository: ColourRepository) {}
  async execute(id: string) {
    return this.colourRepository.update({ id }, {});
  }
}
"""


@pytest.mark.parametrize(("column", "confidence"), [("  @Column()\n  customerId: number | null;\n", "medium"), ("", "low")])
def test_of_many_use_cases_each_selects_its_own_and_what_users_point_to_is_whoever_signs_in(column: str, confidence: str) -> None:
    files = {"src/entities.ts": USER % column, "src/carts.controller.ts": CASES, "src/cases.ts": USE_CASES}
    found = {**dict(told("typescript", "nest", "@Delete(", files)), **dict(told("typescript", "nest", "@Put(", files))}
    assert found == {"cartId": confidence, "colourId": "low"}


KEYS = """\
@Controller('access-tokens')
@UseGuards(JwtAuthGuard)
export class AccessTokensController {
  constructor(private readonly tokens: AccessTokensService) {}

  @Delete(':tokenId')
  remove(@Param('tokenId') tokenId: string) {
    return this.tokens.remove(tokenId);
  }
}
"""
KEEPS = """\
@Injectable()
export class AccessTokensService {
  constructor(private prisma: PrismaService, private cls: ClsService) {}

  async remove(id: string) {
    const who = this.cls.get(%s);
    %s
    await this.prisma.accessToken.delete({ where: { %s } });
  }
}
"""
ACCESS_TOKEN = """\
@Entity('access_tokens')
export class AccessToken {
  @Column()
  userId: string;
}
"""


@pytest.mark.parametrize(
    ("key", "noted", "where", "confidence"),
    [
        ("'user.id'", "", "id, userId: who", []),
        ("'user.id'", "this.logger.log(who);", "id", ["medium"]),
        ("'locale'", "", "id, language: who", ["medium"]),
    ],
)
def test_who_asks_may_be_put_aside_for_the_request_and_an_access_token_is_no_access_to_something(
    key: str, noted: str, where: str, confidence: list[str]
) -> None:
    files = {"src/keys.controller.ts": KEYS, "src/keys.service.ts": KEEPS % (key, noted, where), "src/token.entity.ts": ACCESS_TOKEN}
    assert [of for _, of in told("typescript", "nest", "@Delete(", files)] == confidence


BASKETS = """\
package api

func (h *Hub) deleteBasket(e *core.RequestEvent) error {
	basket, err := e.App.FindRecordById("baskets", e.Request.PathValue("id"))
	if err != nil%s {
		return e.NotFoundError("", err)
	}
	return e.App.Delete(basket)
}

func (h *Hub) routes(se *core.ServeEvent) {
	private := se.Router.Group("/api/shop")
	private.Bind(apis.RequireAuth())
	private.DELETE("/baskets/{id}", h.deleteBasket)
}
"""


@pytest.mark.parametrize(("asked", "ids"), [("", ["id"]), (' || basket.GetString("user") != e.Auth.Id', [])])
def test_a_route_of_pocketbase_takes_an_event_that_holds_the_request_and_who_asks(asked: str, ids: list[str]) -> None:
    assert [name for name, _ in told("go", "go", "func (h *Hub) deleteBasket", {"api/baskets.go": BASKETS % asked})] == ids
