// Which protocol a browser speaks with us, for each thing that a page is made of.
//
//   chromium.mjs FOLDER    the page is FOLDER/page/
//
// With TLS the authority is the one of `hello --https`, and Chromium believes in it because
// `hello trust` put it into its store: no flag tells it to look away.

import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { Hello } from "./hello.mjs";
import { somebody } from "./somebody.mjs";

const RESOURCES = ["style.css", "script.js", "a.png", "b.png", "c.png", "data.json"];

/** Opens the page, and answers what was spoken for it and for each of its resources. */
async function open(home, url) {
  const profile = mkdtempSync(join(tmpdir(), "hello-profile-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM,
    env: { ...process.env, HOME: home },
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
  try {
    const page = await context.newPage();
    const complaints = [];
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("requestfailed", (request) => complaints.push(`${request.url()} has failed`));
    const response = await page.goto(url);
    // The script says so when everything is there.
    await page.locator("#everything").waitFor({ timeout: 15_000 });
    const spoken = await page.evaluate(() => {
      const kinds = ["navigation", "resource"];
      const entries = kinds.flatMap((kind) => performance.getEntriesByType(kind));
      return entries.map((entry) => [new URL(entry.name).pathname, entry.nextHopProtocol]);
    });
    const widths = await page.evaluate(() => [...document.images].map((image) => image.naturalWidth));
    const colour = await page.evaluate(() => getComputedStyle(document.body).color);
    const tls = (await response.securityDetails()) ?? {};
    return { spoken: Object.fromEntries(spoken), complaints, widths, colour, tls };
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

const me = somebody();
cpSync(process.argv[2], join(me.place, "site"), { recursive: true });
let hasFailed = false;

async function check(protocol, what, work) {
  try {
    await work();
    console.log(`ok   Chromium · ${protocol} · ${what}`);
  } catch (error) {
    hasFailed = true;
    console.log(`FAIL Chromium · ${protocol} · ${what}\n     ${error.message}`);
  }
}

async function look(label, protocol, ...options) {
  const hello = await Hello.startAs(me.surroundings, me.program, "site", ...options);
  try {
    if (options.length > 0) me.trust();
    const url = new URL("/page/", hello.url.replace("127.0.0.1", "localhost")).href;
    const seen = await open(me.home, url);
    await check(label, `the page and each of its ${RESOURCES.length} resources by ${protocol}`, () => {
      const expected = ["", ...RESOURCES].map((name) => [`/page/${name}`, protocol]);
      // An icon is asked for when the browser likes.
      delete seen.spoken["/favicon.ico"];
      assert.deepEqual(seen.spoken, Object.fromEntries(expected));
    });
    await check(label, "styled, with its pictures, without a complaint", () => {
      assert.deepEqual(seen.complaints, []);
      assert.deepEqual(seen.widths, [16, 16, 16]);
      assert.equal(seen.colour, "rgb(1, 2, 3)");
    });
    await check(label, "as the journal tells it, too", () => {
      const requests = hello.journal.filter(({ event, target }) =>
        event === "request" && target.startsWith("/page/"));
      const versions = new Set(requests.map(({ version }) => version));
      assert.deepEqual([...versions], [protocol === "h2" ? "HTTP/2" : "HTTP/1.1"]);
      const connections = new Set(requests.map(({ connection }) => connection));
      if (protocol === "h2") assert.equal(connections.size, 1, "one connection for all of it");
    });
    if (options.length > 0) {
      await check(label, "TLS 1.3 by the local authority that it was told to trust", () => {
        assert.equal(seen.tls.protocol, "TLS 1.3");
        assert.match(seen.tls.issuer, /^hello local authority [0-9a-f]{8}$/);
      });
    }
  } finally {
    await hello.stop();
  }
}

try {
  await look("HTTP/1.1", "http/1.1");
  await look("HTTP/2+TLS", "h2", "--https");
} finally {
  rmSync(me.place, { recursive: true, force: true });
}
process.exit(hasFailed ? 1 : 0);
