export async function sync(account) {
  try {
    await pull(account);
  // ruleid: empty-catch-braces
  } catch (error) {}
  // ruleid: empty-catch-promise, empty-catch-promise-changes
  await push(account).catch(() => {});
  // ruleid: empty-catch-promise
  await bar.setColor(account.color).catch(() => {});
  // ok: empty-catch-promise
  await push(account).catch((error) => log(error));
  try {
    await pull(account);
  // ok: empty-catch-braces
  } catch (error) {
    // it is tried again in a minute
  }
}
