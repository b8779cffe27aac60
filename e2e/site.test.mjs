// The built-in site as a person meets it. Order is asserted, never time.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { browse, browseAsPeopleDo, Hello } from "./hello.mjs";
import { barriers, DESKTOP, leave, PHONE, visit as meet } from "./visitor.mjs";

const PAGE_BYTES_MAX = 40_000;

let hello, browser;

before(async () => {
  [hello, browser] = await Promise.all([Hello.start(), browse()]);
});

after(async () => {
  await browser.close();
  await hello.stop();
});

/** A page of a visitor of its own; of `hello`, unless another address is given. */
function visit(path, { url = hello.url, ...options } = {}) {
  return meet(browser, path && url + path, options);
}

const live = (page) => page.locator("#pulse.on").waitFor();

test("the page greets in the visitor's language and is light", async () => {
  const page = await visit();
  let bytes = 0;
  page.on("response", async (response) => {
    if (!response.url().includes("/connections")) bytes += (await response.body()).length;
  });
  await page.goto(hello.url);
  await live(page);
  assert.equal(await page.textContent("h1"), "Hello!");
  assert.equal(await page.textContent(".hi"), "Hi from Rust");
  assert.ok(bytes < PAGE_BYTES_MAX, `${bytes} bytes`);
  await leave(page);
  const russian = await visit("/", { locale: "ru-RU" });
  assert.equal(await russian.textContent("h1"), "Привет!");
  assert.equal(await russian.textContent(".hi"), "Привет от Rust");
  await leave(russian);
});

test("the visitor's own connections appear as they live", async () => {
  const page = await visit("/");
  await live(page);
  const own = page.locator(".thread.open", { hasText: "arrives through it, live" });
  await own.waitFor();
  // Whatever is asked for now shows up by itself, on the line that carried it.
  await page.evaluate(() => fetch("/icon.svg?now"));
  await page.locator(".thread.open .asked li", { hasText: "GET /icon.svg?now" }).waitFor();
  const bars = page.locator(".thread", { hasText: "/icon.svg?now" }).locator("svg .ask");
  assert.ok((await bars.count()) > 0);
  // What every browser asks for is labelled.
  await page.evaluate(() => fetch("/favicon.ico"));
  const favicon = page.locator(".asked li", { hasText: "GET /favicon.ico" }).first();
  await favicon.locator(".note").waitFor();
  await leave(page);
});

test("a connection that the browser opened to be ready is labelled as spare", async () => {
  const folder = mkdtempSync(join(tmpdir(), "hello-e2e-"));
  const context = await browseAsPeopleDo(folder);
  try {
    context.setDefaultTimeout(15_000);
    const page = await context.newPage();
    await page.goto(`${hello.url}/?lang=en`);
    await live(page);
    // Chromium connects beforehand where it expects to be sent. It often does so by itself when it
    // opens a page; here it is given a reason, and then never a request.
    await page.evaluate(() => {
      const link = document.createElement("link");
      link.rel = "preconnect";
      link.href = location.origin.replace("127.0.0.1", "localhost");
      document.head.append(link);
    });
    const spare = page.locator(".thread.open", { has: page.locator(".why") }).first();
    await spare.waitFor();
    assert.equal(await spare.locator(".why").textContent(), "spare");
    assert.match(await spare.textContent(), /likely a spare connection/);
    assert.equal(await spare.locator(".asked").count(), 0);
    await page.screenshot({ path: "screenshots/spare.png", fullPage: true });
  } finally {
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

test("sleep holds up nobody, itself included", async () => {
  const [watcher, one, two, third] = await Promise.all([visit("/"), visit(), visit(), visit()]);
  await live(watcher);
  const order = [];
  const noting = (name, promise) => promise.then(() => order.push(name));
  const first = noting("one", one.goto(`${hello.url}/sleep?lang=en&one`));
  const sleeping = watcher.locator(".thread.open", { hasText: "GET /sleep?lang=en&one" });
  await sleeping.filter({ hasText: "working on an answer" }).waitFor();
  await sleeping.locator(".now").first().waitFor({ state: "attached" });
  const second = noting("two", two.goto(`${hello.url}/sleep?lang=en&two`));
  await noting("third", third.goto(hello.url));
  await watcher.screenshot({ path: "screenshots/sleeping.png", fullPage: true });
  await Promise.all([first, second]);
  assert.deepEqual(order, ["third", "one", "two"]);
  assert.equal(await one.textContent("h1"), "That took five seconds");
  const [slept, sleptToo] = await Promise.all(
    ["one", "two"].map((name) =>
      hello.until(({ target }) => target === `/sleep?lang=en&${name}`)),
  );
  // The second had been asked for before the first was answered.
  const asked = Date.parse(sleptToo.at) - sleptToo.took_us / 1000;
  assert.ok(asked < Date.parse(slept.at), `${asked} ${slept.at}`);
  await one.screenshot({ path: "screenshots/slept.png" });
  for (const page of [watcher, one, two, third]) await leave(page);
});

test("what is being answered is on the page before it is answered, and gives way to its answer", async () => {
  const [watcher, other] = await Promise.all([visit("/"), visit()]);
  await live(watcher);
  const target = "/sleep?lang=en&watched";
  const slept = other.goto(hello.url + target);
  const row = watcher.locator(".thread.open .asked .running", { hasText: `GET ${target}` });
  await row.waitFor();
  assert.match(await row.textContent(), /no answer yet · \d+ s/);
  assert.ok(!hello.journal.some((event) => event.event === "request" && event.target === target));
  // Its time goes on, by itself.
  await row.locator("[data-began]", { hasText: "2 s" }).waitFor();
  // So does the server's own word about it.
  const running = await hello.until((event) => event.event === "running" && event.target === target);
  assert.equal(running.status, undefined);
  await watcher.screenshot({ path: "screenshots/running.png", fullPage: true });
  await slept;
  const told = watcher.locator(".asked li:not(.running)", { hasText: `GET ${target}` });
  await told.waitFor();
  assert.match(await told.textContent(), /200 · /);
  assert.equal(await row.count(), 0);
  // The page's own live view is no row of itself: a sentence says what it is.
  const own = watcher.locator(".thread.open", { hasText: "arrives through it, live" });
  assert.equal(await own.locator(".running", { hasText: "/connections" }).count(), 0);
  for (const page of [watcher, other]) await leave(page);
});

test("language is switched by a link, with scripts and without", async () => {
  for (const javaScriptEnabled of [true, false]) {
    const page = await visit("/", { javaScriptEnabled });
    await page.click("text=Русский");
    assert.equal(await page.getAttribute("html", "lang"), "ru");
    assert.equal(await page.textContent("h1"), "Привет!");
    assert.match(page.url(), /\?lang=ru$/);
    await page.click("text=English");
    assert.equal(await page.textContent("h1"), "Hello!");
    await leave(page);
  }
});

test("the theme is switched by hand, and remembered where there are scripts", async () => {
  const paper = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  for (const javaScriptEnabled of [true, false]) {
    const page = await visit("/", { javaScriptEnabled, colorScheme: "light" });
    const light = await paper(page);
    await page.click("text=Dark");
    const dark = await paper(page);
    assert.notEqual(dark, light);
    await page.goto(`${hello.url}/?again`);
    assert.equal(await paper(page), javaScriptEnabled ? dark : light);
    await page.click("text=Light");
    await page.emulateMedia({ colorScheme: "dark" });
    assert.equal(await paper(page), light);
    await page.click("text=Auto");
    assert.equal(await paper(page), dark);
    await leave(page);
  }
});

test("without scripts the connections are on the page, as they were when it was made", async () => {
  const page = await visit("/", { javaScriptEnabled: false });
  await page.locator(".thread.open", { hasText: "This page came through it." }).waitFor();
  const rows = () => page.locator(".asked li", { hasText: "GET /style.css" }).count();
  const before = await rows();
  await page.click("text=Load it again");
  assert.ok((await rows()) >= before);
  await page.locator(".asked li", { hasText: "GET /?lang=en" }).or(
    page.locator(".asked li", { hasText: "GET /" })).first().waitFor();
  await page.screenshot({ path: "screenshots/without-scripts.png", fullPage: true });
  await leave(page);
  // axe is a script itself: for it, ours alone is kept away.
  const still = await visit();
  await still.route("**/hello.js", (route) => route.abort());
  await still.goto(hello.url);
  await still.getByText("Load it again").waitFor();
  assert.deepEqual(await barriers(still), []);
  still.complaints = still.complaints.filter((text) => !text.includes("ERR_FAILED"));
  await leave(still);
});

test("it fits phones and desktops, and bars nobody, in both languages and themes", async () => {
  const sizes = { desktop: DESKTOP, phone: PHONE };
  for (const [size, viewport] of Object.entries(sizes)) {
    for (const language of ["en", "ru"]) {
      for (const colorScheme of ["light", "dark"]) {
        const options = { viewport, colorScheme, reducedMotion: "reduce" };
        const page = await visit(`/?lang=${language}`, options);
        await live(page);
        await page.locator(".thread.open").first().waitFor();
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.equal(width, viewport.width, `${size} ${language}`);
        assert.deepEqual(await barriers(page), [], `${size} ${language} ${colorScheme}`);
        const name = `screenshots/${size}-${language}-${colorScheme}.png`;
        await page.screenshot({ path: name, fullPage: true });
        await leave(page);
      }
    }
  }
});

test("what is not there has a friendly page, here and in a folder, without connections", async () => {
  const folder = mkdtempSync(join(tmpdir(), "hello-e2e-"));
  writeFileSync(join(folder, "index.html"), "<!DOCTYPE html><title>mine</title>");
  const other = await Hello.start(folder);
  try {
    for (const { url } of [hello, other]) {
      for (const [locale, title] of [["en", "Not found"], ["ru", "Не найдено"]]) {
        for (const colorScheme of ["light", "dark"]) {
          const page = await visit(undefined, { locale, colorScheme, viewport: PHONE });
          const response = await page.goto(`${url}/nothing`);
          assert.equal(response.status(), 404);
          assert.equal(await page.textContent("h1"), title);
          assert.equal(await page.locator(".thread").count(), 0);
          assert.deepEqual(await barriers(page), []);
          await page.screenshot({ path: `screenshots/404-${locale}-${colorScheme}.png` });
          // The browser says that a page was 404, and nothing else.
          page.complaints = page.complaints.filter((text) => !text.includes("status of 404"));
          await leave(page);
        }
      }
    }
  } finally {
    await other.stop();
    rmSync(folder, { recursive: true });
  }
});

test("a name that leads here from elsewhere is shown no connections", async () => {
  const port = new URL(hello.url).port;
  const rebound = await browse("evil.example");
  try {
    const page = await rebound.newPage();
    await page.goto(`http://evil.example:${port}/?lang=en`);
    assert.match(await page.textContent(".aside"), /only at localhost/);
    assert.equal(await page.locator(".thread").count(), 0);
    const status = await page.evaluate(async () => (await fetch("/connections")).status);
    assert.equal(status, 403);
    // Nor may it look through the names that are ours.
    const outcome = await page.evaluate(
      (url) => fetch(`${url}/connections`).then(() => "heard", () => "refused"), hello.url);
    assert.equal(outcome, "refused");
  } finally {
    await rebound.close();
  }
});

test("a server that stops lets the page know, and is not held up by it", async () => {
  const other = await Hello.start();
  const page = await visit("/", { url: other.url });
  await live(page);
  await other.stop();
  await page.locator("#pulse:not(.on)", { hasText: "The server is gone" }).waitFor();
  await page.context().close();
});
