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
});
