router.get("/orders", async (req, res) => {
  // ruleid: error-detail-in-response-js
  res.status(500).json({ error: error.message });
  // ruleid: error-detail-in-response-js
  res.status(500).send(err.stack);
  // ruleid: error-detail-in-response-js
  NextResponse.json({ error: err.message }, { status: 500 });
  // ok: error-detail-in-response-js
  res.status(500).json({ error: "failed" });
  // ok: error-detail-in-response-js
  res.status(400).json({ error: error.message });
  if (error instanceof OrderError) {
    // ok: error-detail-in-response-js
    res.status(500).json({ error: error.message });
  }
});
