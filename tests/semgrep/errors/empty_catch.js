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

export async function leave(customer) {
  try {
    await stripe.subscriptions.update(customer.subscription, { cancel_at_period_end: true });
  // ruleid: empty-catch-nothing
  } catch (error) {
    return null;
  }
  try {
    await stripe.refunds.create({ charge: customer.charge });
  // ok: empty-catch-nothing
  } catch (error) {
    log(error);
    return null;
  }
  try {
    await stripe.refunds.create({ charge: customer.charge });
  // ok: empty-catch-nothing
  } catch (error) {
    // it was paid back already
    return null;
  }
  try {
    return timingSafeEqual(given, expected);
  // ok: empty-catch-nothing
  } catch {
    return false;
  }
}
