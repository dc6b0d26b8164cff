async function visible(posts, user) {
  // ruleid: async-predicate
  const a = posts.filter(async (post) => await user.canRead(post));
  // ruleid: async-predicate
  if (posts.some(async (post) => post.ownerId === user.id)) return [];
  // ruleid: async-predicate
  const b = posts.every(async (post) => isOpen(post));
  // ok: async-predicate
  const c = posts.filter((post) => post.ownerId === user.id);
  // ok: async-predicate
  const d = await Promise.all(posts.map(async (post) => load(post)));
  // ok: async-predicate
  const e = await pFilter.filter(posts, async (post) => user.canRead(post));
}
