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

router.get("/invoices", async (req, res) => {
  try {
    res.json(await list());
  } catch (error) {
    // ruleid: error-detail-in-response-js-whole
    res.status(500).json({ error });
    // ruleid: error-detail-in-response-js-whole
    res.status(500).json({ success: false, error: error instanceof Error ? error.message : "failed" });
    // ruleid: error-detail-in-response-js-whole
    res.status(500).send(error);
    // ok: error-detail-in-response-js-whole
    res.status(500).json({ error: "failed" });
    // ok: error-detail-in-response-js-whole
    res.status(422).json({ error });
  }
});
