"""Keys of other rows that a handler of Go or C# writes as they came: shapes of real apps, each with what must be quiet and its mutation."""

from __future__ import annotations

import pytest

from tests.patterns.apps import told

MODELS = """\
package model

type Project struct {
	gorm.Model
	OwnerID uint `gorm:"index"`
	UserID  uint
}

type Task struct {
	gorm.Model
	UserID    uint
	ProjectID uint `gorm:"index"`
}
"""
SHOW = """\
package api

func (h *ProjectHandler) Show(c *gin.Context) {
	user := middleware.GetUser(c)
	var project model.Project
	h.db.Where("id = ? AND user_id = ?", c.Param("id"), user.ID).First(&project)
	c.JSON(200, project)
}
"""
CREATE = """\
package api

type TaskHandler struct {
	tasks *service.TaskService
	db    *gorm.DB
}

func (h *TaskHandler) Create(c *gin.Context) {
	user := middleware.GetUser(c)
	var body struct {
		Title     string `json:"title"`
		ProjectID uint   `json:"project_id"`
	}
	if err := c.ShouldBindJSON(&body); err != nil {
		return
	}
	%s
	c.JSON(201, task)
}
"""
GIN = {"model/models.go": MODELS, "api/projects.go": SHOW}
PLAIN = "task := &model.Task{UserID: user.ID, ProjectID: body.ProjectID}\n\th.db.Create(task)"


def keys(files: dict[str, str], language: str = "go", framework: str = "go", sign: str = "func (h *") -> list[tuple[str, str]]:
    return told(language, framework, sign, files)


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (PLAIN, [("ProjectID", "medium")]),
        ("var task model.Task\n\ttask.ProjectID = body.ProjectID\n\th.db.Create(&task)", [("ProjectID", "medium")]),
        (
            'task := model.Task{}\n\tupdates := map[string]interface{}{}\n\tupdates["project_id"] = body.ProjectID'
            '\n\th.db.Model(&task).Where("user_id = ?", user.ID).Updates(updates)',
            [("ProjectID", "medium")],
        ),
        ("task := &model.Task{UserID: user.ID, ProjectID: body.ProjectID}", []),  # nothing writes it
        ("task := NewTaskView{ProjectID: body.ProjectID}\n\tc.JSON(200, task)", []),  # an answer is no row
        # what looks at it may ask whose it is
        (f"if !h.canUse(user, body.ProjectID) {{\n\t\treturn\n\t}}\n\t{PLAIN}", []),
        (f"var p model.Project\n\th.db.First(&p, body.ProjectID)\n\tif p.UserID != user.ID {{\n\t\treturn\n\t}}\n\t{PLAIN}", []),
        (f"if own := h.owned[body.ProjectID]; !own {{\n\t\treturn\n\t}}\n\t{PLAIN}", []),
        (f"if user.ProjectID != body.ProjectID {{\n\t\treturn\n\t}}\n\t{PLAIN}", []),
        ("task := &model.Task{ProjectID: body.ProjectID}\n\tif !h.policy.Allows(user, task) {\n\t\treturn\n\t}\n\th.db.Create(task)", []),
        (f"if err := body.Validate(c, user); err != nil {{\n\t\treturn\n\t}}\n\t{PLAIN}", []),
        (f"if err := body.Validate(c); err != nil {{\n\t\treturn\n\t}}\n\t{PLAIN}", [("ProjectID", "medium")]),
        # only whether it was sent
        (f"if body.ProjectID == 0 {{\n\t\treturn\n\t}}\n\t{PLAIN}", [("ProjectID", "medium")]),
    ],
)
def test_a_key_that_is_written_as_it_came_and_at_which_nothing_looks(body: str, names: list[tuple[str, str]]) -> None:
    assert keys(GIN | {"api/tasks.go": CREATE % body}) == names


def test_a_key_of_what_nobody_ties_elsewhere_is_not_told() -> None:
    listed = SHOW.replace('h.db.Where("id = ? AND user_id = ?", c.Param("id"), user.ID).First(&project)', "h.db.Find(&project)")
    assert keys({"model/models.go": MODELS, "api/projects.go": listed, "api/tasks.go": CREATE % PLAIN}) == []


SERVICE = """\
package service

type TaskService struct {
	tasks    *store.TaskStore
	projects *store.ProjectStore
}

func (s *TaskService) Create(ctx context.Context, userID uint, title string, projectID uint) (*model.Task, error) {
	%s
	task := &model.Task{UserID: userID, ProjectID: projectID}
	return task, s.tasks.Create(ctx, task)
}
"""
STORE = """\
package store

func (s *TaskStore) Create(ctx context.Context, task *model.Task) error {
	%s
}

func (s *ProjectStore) Owned(ctx context.Context, id, userID uint) (*model.Project, error) {
	var project model.Project
	err := s.db.WithContext(ctx).Where("id = ? AND user_id = ?", id, userID).First(&project).Error
	return &project, err
}
"""
CALLED = CREATE % "task, err := h.tasks.Create(c.Request.Context(), user.ID, body.Title, body.ProjectID)"
GORM = "return s.db.WithContext(ctx).Create(task).Error"
INSERT = '_, err := s.db.ExecContext(ctx, "INSERT INTO tasks (user_id, project_id) VALUES ($1, $2)", task.UserID, task.ProjectID)\n\treturn err'
SELECT = (
    '_, err := s.db.ExecContext(ctx, "INSERT INTO tasks (user_id, project_id) SELECT $1, id FROM projects WHERE id = $2 AND user_id = $1",'
    " task.UserID, task.ProjectID)\n\treturn err"
)


@pytest.mark.parametrize(
    ("check", "store", "names"),
    [
        ("", GORM, [("ProjectID", "medium")]),
        ("", INSERT, [("ProjectID", "medium")]),
        ("", SELECT, []),
        ("if _, err := s.projects.Owned(ctx, projectID, userID); err != nil {\n\t\treturn nil, err\n\t}", GORM, []),
        ("if err := s.guard.Check(ctx, userID, projectID); err != nil {\n\t\treturn nil, err\n\t}", GORM, []),
    ],
)
def test_a_key_is_followed_through_a_service_to_its_store(check: str, store: str, names: list[tuple[str, str]]) -> None:
    files = GIN | {"api/tasks.go": CALLED, "service/tasks.go": SERVICE % check, "store/stores.go": STORE % store}
    assert keys(files) == names


ASPNET = """\
[Authorize]
[ApiController]
[Route("tasks")]
public class TasksController : ControllerBase
{
    private readonly AppDbContext _db;

    [HttpGet("/projects/{id}")]
    public async Task<IActionResult> Project(int id)
    {
        var project = await _db.Projects.FirstOrDefaultAsync(p => p.Id == id && p.UserId == User.GetUserId());
        return Ok(project);
    }

    [HttpPost]
    public async Task<IActionResult> Create([FromBody] CreateTask dto)
    {
        %s
        await _db.SaveChangesAsync();
        return Ok();
    }
}
"""
CONTEXT = """\
public class AppDbContext : DbContext
{
    public DbSet<Project> Projects { get; set; }
    public DbSet<TaskItem> Tasks { get; set; }
}
public class Project
{
    public int Id { get; set; }
    public int UserId { get; set; }
}
public class TaskItem
{
    public int Id { get; set; }
    public int UserId { get; set; }
    public int ProjectId { get; set; }
}
"""
ADDED = "var task = new TaskItem { UserId = User.GetUserId(), ProjectId = dto.ProjectId };\n        _db.Tasks.Add(task);"


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (ADDED, [("ProjectId", "medium")]),
        ("var task = new TaskItem();\n        task.ProjectId = dto.ProjectId;\n        _db.Tasks.Add(task);", [("ProjectId", "medium")]),
        (f"if (!await _db.Projects.AnyAsync(p => p.Id == dto.ProjectId && p.UserId == User.GetUserId())) return Forbid();\n        {ADDED}", []),
        (f"await _access.Require(User, dto.ProjectId);\n        {ADDED}", []),
        (f"if (dto.ProjectId == Guid.Empty) return BadRequest();\n        {ADDED}", [("ProjectId", "medium")]),
    ],
)
def test_entity_framework(body: str, names: list[tuple[str, str]]) -> None:
    assert keys({"Tasks.cs": ASPNET % body, "Data.cs": CONTEXT}, "csharp", "aspnet", "[Http") == names
