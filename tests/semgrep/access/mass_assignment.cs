public class NotesController : Controller
{
    [HttpPost("stores/{storeId}/notes")]
    [Authorize]
    public async Task<IActionResult> Edit(string storeId, NoteViewModel model)
    {
        var note = await Load(model.Id, storeId);
        // ruleid: mass-assignment-csharp-owner
        note.StoreId = model.StoreId;
        // ok: mass-assignment-csharp-owner
        note.Title = model.Title;
        return View();
    }

    [HttpPost("stores/{storeId}/notes/checked")]
    public async Task<IActionResult> EditChecked(string storeId, NoteViewModel model)
    {
        model.StoreId = CurrentStore.Id;
        // ok: mass-assignment-csharp-owner
        note.StoreId = model.StoreId;
        return View();
    }

    [HttpPost]
    public IActionResult Create(Note note)
    {
        // ruleid: mass-assignment-csharp-entity
        _context.Notes.Add(note);
        // ruleid: mass-assignment-csharp-entity
        _context.Update(note);
        return View();
    }

    [HttpPost]
    public IActionResult CreateBound([Bind("Title,Text")] Note note)
    {
        // ok: mass-assignment-csharp-entity
        _context.Notes.Add(note);
        return View();
    }

    [HttpPost]
    public IActionResult CreateOwn([FromBody] Note note)
    {
        note.AuthorId = CurrentUserId();
        // ok: mass-assignment-csharp-entity
        _context.Notes.Add(note);
        return View();
    }

    [HttpPost]
    public IActionResult CreateFrom(NoteRequest request)
    {
        var note = new Note { Title = request.Title };
        // ok: mass-assignment-csharp-entity
        _context.Notes.Add(note);
        return View();
    }
}
