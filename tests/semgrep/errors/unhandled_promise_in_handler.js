router.get("/orders", async (req, res) => {
  // ruleid: unhandled-promise-in-handler-await
  res.json(await list(req.user));
});

app.post("/orders", requireLogin, async (req, res, next) => {
  // ruleid: unhandled-promise-in-handler-await
  const order = await create(req.user);
  res.json(order);
});

router.get("/orders/:id", async (req, res) => {
  try {
    // ok: unhandled-promise-in-handler-await
    res.json(await one(req.user, req.params.id));
  } catch (error) {
    res.sendStatus(500);
  }
});

// ok: unhandled-promise-in-handler-await
router.get("/wrapped", wrap(async (req, res) => res.json(await list(req.user))));

module.exports.list = function (req, res) {
  // ruleid: unhandled-promise-in-handler-then
  list(req.user).then((orders) => res.json(orders));
};

module.exports.handled = function (req, res, next) {
  // ok: unhandled-promise-in-handler-then
  list(req.user).then((orders) => res.json(orders)).catch(next);
};

module.exports.rename = function (req, res) {
  // ruleid: unhandled-promise-in-handler-then
  one(req.body.id).then((order) => {
    order.title = req.body.title
    // ok: unhandled-promise-in-handler-then
    order.save().then(() => {
      res.redirect("/orders")
    }).catch((error) => {
      res.render("order", { order })
    })
  })
};
