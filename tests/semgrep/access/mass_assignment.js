router.post("/notes", async (req, res) => {
  // ruleid: mass-assignment-js
  await Note.create(req.body);
  // ruleid: mass-assignment-js
  await prisma.note.update({ where: { id, userId }, data: req.body });
  // ruleid: mass-assignment-js
  await Note.findByIdAndUpdate(id, req.body);
  // ok: mass-assignment-js
  await Note.create({ title: req.body.title, userId: req.user.id });
  // ok: mass-assignment-js
  await prisma.note.create({ data: { ...req.body, userId: req.user.id } });
  // ok: mass-assignment-js
  await noteService.create(req.body);
  // ok: mass-assignment-js
  await queries.note.create(req.body);
  // ruleid: mass-assignment-js
  await noteRepository.create(req.body);
});

router.post("/cards", async (req, res) => {
  // ruleid: mass-assignment-js
  const card = new Card(req.body);
  await card.save();
});

router.put("/cards", async (req, res) => {
  // ruleid: mass-assignment-js
  const card = new Card(req.body);
  if (await mayEdit(card, req.user)) {
    await CardStore.updateCard(card);
  }
});

router.post("/cards/any", async (req, res) => {
  // ok: mass-assignment-js
  const card = new Card(req.body);
  return card.id ? update(req, res) : create(req, res);
});

router.post("/cards/own", async (req, res) => {
  // ok: mass-assignment-js
  const card = new Card(req.body);
  card.userId = req.user.id;
  await card.save();
});
