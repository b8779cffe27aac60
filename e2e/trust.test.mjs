// `hello --https` and `hello trust` as a person meets them: a browser that warns, and then does not.
// No flag tells Chromium to look away: it reads its own store, in a home made for this test.

import assert from "node:assert/strict";
import { test } from "node:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { Hello } from "./hello.mjs";
import { somebody } from "./somebody.mjs";

/** Opens a page in a browser of that home, and answers its title or the browser's error. */
async function open(home, url) {
  const profile = mkdtempSync(join(tmpdir(), "hello-profile-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM,
    env: { ...process.env, HOME: home },
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    locale: "en-GB",
  });
  try {
    const page = await context.newPage();
    const response = await page.goto(url);
    const { protocol, issuer } = (await response.securityDetails()) ?? {};
    return { title: await page.textContent("h1"), protocol, issuer };
  } catch (error) {
    return { error: error.message };
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

test("a browser warns until hello trust, and again when it is taken back", async () => {
  const me = somebody();
  const hello = await Hello.startAs(me.surroundings, me.program, "--https");
  try {
    const port = new URL(hello.url).port;
    const names = [`https://localhost:${port}/`, `https://127.0.0.1:${port}/`,
      `https://shop.localhost:${port}/`];
    const before = await open(me.home, names[0]);
    assert.match(before.error, /ERR_CERT_AUTHORITY_INVALID/);

    assert.match(me.trust(), /Chromium and Chrome \(.*nssdb\): added/);
    for (const name of names) {
      const after = await open(me.home, name);
      assert.equal(after.title, "Hello!", `${name}: ${after.error}`);
      assert.equal(after.protocol, "TLS 1.3");
      assert.match(after.issuer, /^hello local authority [0-9a-f]{8}$/);
    }
    assert.match(me.trust(), /has it already/);

    assert.match(me.trust("--remove"), /Chromium and Chrome \(.*nssdb\): removed/);
    const again = await open(me.home, names[0]);
    assert.match(again.error, /ERR_CERT_AUTHORITY_INVALID/);
  } finally {
    await hello.stop();
    rmSync(me.place, { recursive: true, force: true });
  }
});
