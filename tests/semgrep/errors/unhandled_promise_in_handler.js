app.post("/pay", async (req, res) => {
  // ok: unhandled-promise-in-handler-await
  await delay(500);
  // ok: unhandled-promise-in-handler-await
  await new Promise((resolve) => setTimeout(resolve, 200));
  // ruleid: unhandled-promise-in-handler-await
  await charge(req.body.order);
  res.sendStatus(204);
});

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

module.exports.close = function (req, res) {
  one(req.body.id).then((order) => {
    // ok: unhandled-promise-in-handler-then
    return order.close().then((closed) => {
      res.json(closed);
    });
  }).catch((error) => res.status(500).end());
};

module.exports.verify = function (req, res, next) {
  // ok: unhandled-promise-in-handler-then
  tokens.verify(req.body.token).then((claims) => {
    return userOf(claims);
  }).then((user) => {
    req.user = user;
    next();
  }, (error) => {
    res.status(401).end();
  });
};

module.exports.many = function (req, res) {
  const waiting = [];
  // ok: unhandled-promise-in-handler-then
  waiting[waiting.length] = one(req.body.id).then((order) => order.touch());
  Promise.all(waiting).then(() => res.end()).catch((error) => res.status(500).end());
};

router.post("/mark", async (req, res) => {
  try {
    // ok: unhandled-promise-in-handler-then
    await db.from("notes").update({ seen: true }).eq("id", req.body.id).then(({ error }) => {
      if (error) log.warn(error);
    });
    res.end();
  } catch (error) {
    res.status(500).end();
  }
});

module.exports.several = wrapped(async (req, res) => {
  // ok: unhandled-promise-in-handler-then
  const [hours, days] = await Promise.all([
    setting("hours", "24").then((text) => parseInt(text)),
    setting("days", "365").then((text) => parseInt(text)),
  ]);
  res.json({ hours, days });
});
