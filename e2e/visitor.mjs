// A visitor in a real browser: a page of their own, which is well only if the browser never complained.

import assert from "node:assert/strict";
import axe from "axe-core";

export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };

/** A page of a visitor of its own, at this address if there is one; whatever the browser complains about fails the test. */
export async function visit(browser, address, { complaints = [], ...options } = {}) {
  const context = await browser.newContext({ viewport: DESKTOP, locale: "en-GB", ...options });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  page.complaints = complaints;
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) page.complaints.push(message.text());
  });
  page.on("pageerror", (error) => page.complaints.push(error.message));
  if (address) await page.goto(address);
  return page;
}

/** Closes a page, and hears whether it was well. */
export async function leave(page) {
  await page.context().close();
  assert.deepEqual(page.complaints, []);
}

/** What axe finds wrong. */
export async function barriers(page) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
}
