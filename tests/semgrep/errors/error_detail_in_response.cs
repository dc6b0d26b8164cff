class Orders : Controller
{
    IActionResult Get()
    {
        // ruleid: error-detail-in-response-csharp
        if (a) return StatusCode(500, ex.Message);
        // ruleid: error-detail-in-response-csharp
        if (b) return StatusCode(500, new { error = ex.Message });
        // ruleid: error-detail-in-response-csharp
        if (c) return Problem(ex.Message);
        // ok: error-detail-in-response-csharp
        if (f) return Problem(detail: ex.Message, statusCode: (int)HttpStatusCode.BadRequest, title: "Invalid id.");
        // ruleid: error-detail-in-response-csharp
        if (g) return Problem(detail: ex.Message, statusCode: (int)HttpStatusCode.InternalServerError, title: "Failed.");
        // ok: error-detail-in-response-csharp
        if (d) return BadRequest(ex.Message);
        // ok: error-detail-in-response-csharp
        if (e) return StatusCode(500, "failed");
        // ok: error-detail-in-response-csharp
        return Problem("failed");
    }
}
