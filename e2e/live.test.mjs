// Pages that follow their files (`hello --live`) as whoever makes them sees them. Order is asserted,
// never time.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { browse, Hello } from "./hello.mjs";
import { somebody } from "./somebody.mjs";

const TALL = "<p style='height:300vh'>tall</p><p id=end>end</p>";
const PAGE = `<!doctype html><html><head><title>one</title>
<link rel="stylesheet" href="app.css"><link rel="stylesheet" href="other.css"></head>
<body>${TALL}</body></html>`;

let browser, folder, hello, context;

const write = (name, content) => writeFileSync(join(folder, name), content);

before(async () => {
  browser = await browse();
});

after(() => browser.close());

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "hello-live-"));
  write("index.html", PAGE);
  write("app.css", "body { color: rgb(1, 1, 1) }");
  write("other.css", "@import 'imported.css'; body { margin: 0 }");
  write("imported.css", "body { background-color: rgb(7, 7, 7) }");
  // There before hello: a file that comes with the page that wants it would load that page twice.
  write("headless.html", "<h1>first</h1>");
  write("open.html", "<table><tr><td>first");
  write("empty.html", "");
  write("frame.html", "<link rel=stylesheet href=app.css><p>frame</p>");
  write("frames.html", Array.from({ length: 8 }, (_, n) => `<iframe src="/frame.html?${n}"></iframe>`).join(""));
  mkdirSync(join(folder, "list"));
  write("list/one.txt", "1");
  hello = await Hello.start("--live", folder);
  context = await browser.newContext({ viewport: { width: 800, height: 600 } });
  context.setDefaultTimeout(15_000);
});

afterEach(async () => {
  await context.close();
  await hello.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A page that listens already; it counts how often it is loaded, and keeps what it complains about. */
async function open(path = "/") {
  const page = await context.newPage();
  page.loads = 0;
  page.complaints = [];
  page.on("load", () => (page.loads += 1));
  page.on("pageerror", (error) => page.complaints.push(error.message));
  page.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) page.complaints.push(message.text());
  });
  await Promise.all([page.goto(hello.url + path), listening(page)]);
  return page;
}

/** The page is connected: its stream has been answered. */
const listening = (page) =>
  page.waitForResponse((response) => new URL(response.url()).pathname === "/.hello/live");

/** Waits until an expression is true in the page, whichever load of it that takes. */
const becomes = (page, expression) => page.waitForFunction(expression);

const colour = (value) => `getComputedStyle(document.body).color === "rgb(${value})"`;
const background = (value) => `getComputedStyle(document.body).backgroundColor === "rgb(${value})"`;

/** Marks the page: the mark is gone once it has been loaded anew. */
const mark = (page) => page.evaluate("self.marked = true");
const isMarked = (page) => page.evaluate("self.marked === true");
const reloads = (count) =>
  hello.until(() => hello.journal.filter(({ event }) => event === "changed").length >= count);

test("a changed style is swapped in place, without a reload and without a flash", async () => {
  const page = await open();
  await becomes(page, colour("1, 1, 1"));
  await mark(page);
  // Whether there was ever a moment without the style.
  await page.evaluate(() => {
    const look = () => {
      if (getComputedStyle(document.body).color === "rgb(0, 0, 0)") self.flashed = true;
      requestAnimationFrame(look);
    };
    look();
  });
  for (const value of ["2, 2, 2", "3, 3, 3", "4, 4, 4"]) {
    write("app.css", `body { color: rgb(${value}) }`);
    await becomes(page, colour(value));
  }
  await becomes(page, "document.querySelectorAll('link').length === 2");
  assert.equal(await page.evaluate("self.flashed"), undefined);
  assert.ok(await isMarked(page));
  assert.equal(page.loads, 1);
  const links = await page.evaluate(() => [...document.querySelectorAll("link")].map(({ href }) => href));
  assert.match(links[0], /app\.css\?hello-live=/);
  assert.match(links[1], /other\.css$/, "the other was not asked for again");
  assert.deepEqual(page.complaints, []);
});

test("a style that another imports is swapped too", async () => {
  const page = await open();
  await becomes(page, background("7, 7, 7"));
  await mark(page);
  write("imported.css", "body { background-color: rgb(8, 8, 8) }");
  await becomes(page, background("8, 8, 8"));
  assert.ok(await isMarked(page));
});

test("a style that the page does not use leaves it alone", async () => {
  write("unused.css", "a {}");
  const page = await open();
  write("unused.css", "b {}");
  await reloads(1);
  write("app.css", "body { color: rgb(2, 2, 2) }");
  await becomes(page, colour("2, 2, 2"));
  const other = await page.evaluate("document.querySelectorAll('link')[1].getAttribute('href')");
  assert.equal(other, "other.css");
});

test("a changed page is loaded again and stays where it was scrolled to", async () => {
  const page = await open();
  await page.evaluate("scrollTo(0, 700)");
  await becomes(page, "scrollY === 700");
  await Promise.all([
    listening(page),
    page.waitForEvent("load"),
    write("index.html", PAGE.replace("one", "two")),
  ]);
  assert.equal(await page.title(), "two");
  await becomes(page, "scrollY === 700");
  assert.deepEqual(page.complaints, []);
});

test("a build that writes 500 files reloads once", async () => {
  const page = await open();
  for (let n = 0; n < 500; n += 1) write(`${n}.js`, "built");
  write("index.html", PAGE.replace("one", "built"));
  await becomes(page, "document.title === 'built'");
  await becomes(page, "document.readyState === 'complete'");
  // Whatever came after would have been told before this.
  write("app.css", "body { color: rgb(9, 9, 9) }");
  await becomes(page, colour("9, 9, 9"));
  assert.equal(page.loads, 2);
  await hello.until(({ effect }) => effect === "styles");
  const changes = hello.journal.filter(({ event }) => event === "changed");
  assert.deepEqual(changes.map(({ effect }) => effect), ["reload", "styles"]);
  assert.equal(changes[0].files, 501);
});

test("a page without head, a lone fragment and an empty file are followed", async () => {
  for (const name of ["headless.html", "open.html", "empty.html"]) {
    const page = await open(`/${name}`);
    write(name, "<h1>second</h1>");
    await becomes(page, "document.body.textContent.includes('second')");
    assert.equal(page.loads, 2, name);
    await page.close();
  }
});

test("a page in UTF-16 is followed and readable", async () => {
  const text = (word) => Buffer.from(`\ufeff<p id=word>${word}</p>`, "utf16le");
  write("wide.html", text("слово"));
  const page = await open("/wide.html");
  assert.equal(await page.textContent("#word"), "слово");
  write("wide.html", text("другое"));
  await becomes(page, "document.querySelector('#word')?.textContent === 'другое'");
});

test("a page outlives a restart of hello and is loaded again", async () => {
  const page = await open();
  const port = new URL(hello.url).port;
  await hello.stop();
  write("index.html", PAGE.replace("one", "restarted"));
  hello = await Hello.start("--live", folder, "--listen", `127.0.0.1:${port}`);
  await becomes(page, "document.title === 'restarted'");
  await becomes(page, "document.readyState === 'complete'");
  assert.equal(page.loads, 2);
  write("app.css", "body { color: rgb(5, 5, 5) }");
  await becomes(page, colour("5, 5, 5"));
  assert.equal(page.loads, 2, "once, and it listens again");
});

test("a page that is gone while a build runs shows itself when it is back", async () => {
  const page = await open();
  const beside = `${folder}-old`;
  const answered = (status) =>
    page.waitForResponse((response) => response.url() === `${hello.url}/` && response.status() === status);
  try {
    await Promise.all([listening(page), answered(503), renameSync(folder, beside)]);
    await Promise.all([answered(200), mkdirSync(folder), write("index.html", PAGE.replace("one", "back"))]);
    await page.locator("#end").waitFor();
    assert.equal(await page.title(), "back");
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
});

test("what a script fetches is what is in the file", async () => {
  const page = await open();
  const fetched = await page.evaluate(() => fetch("/index.html").then((answer) => answer.text()));
  assert.equal(fetched, PAGE);
});

test("frames and many pages leave the browser connections to spare", async () => {
  const page = await open("/frames.html");
  await becomes(page, "frames.length === 8");
  write("app.css", "body { color: rgb(6, 6, 6) }");
  for (let n = 0; n < 8; n += 1) {
    await page.waitForFunction(
      (at) => getComputedStyle(frames[at].document.body).color === "rgb(6, 6, 6)", n);
  }
  assert.equal(page.loads, 1);
  const change = await hello.until(({ effect }) => effect === "styles");
  assert.equal(change.pages, 1, "the outermost page speaks for all");
});

test("a hidden page gives its connection back and hears what it missed", async () => {
  const page = await open();
  await mark(page);
  const become = (hidden) =>
    page.evaluate((value) => {
      Object.defineProperty(document, "hidden", { value, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hidden);
  await become(true);
  await hello.until(({ event, target }) => event === "request" && target.startsWith("/.hello/live?"));
  write("app.css", "body { color: rgb(2, 2, 2) }");
  const change = await hello.until(({ event }) => event === "changed");
  assert.equal(change.pages, 0);
  assert.ok(await page.evaluate(colour("1, 1, 1")));
  await become(false);
  await becomes(page, colour("2, 2, 2"));
  assert.ok(await isMarked(page));
});

test("a page out of somebody's store is loaded again once for a state, not for ever", async () => {
  const page = await context.newPage();
  let loads = 0;
  const body = '<p>stale</p><script src="/.hello/live.js" data-state="0-0" async></script>';
  await page.route("**/stale.html", (route) => {
    loads += 1;
    return route.fulfill({ contentType: "text/html", body });
  });
  let streams = 0;
  const listensAgain = new Promise((resolve) => {
    page.on("response", (response) => {
      if (response.url().includes("/.hello/live?") && (streams += 1) === 2) resolve();
    });
  });
  await page.goto(`${hello.url}/stale.html`);
  await listensAgain;
  await page.waitForLoadState();
  await mark(page);
  write("app.css", "body { color: rgb(2, 2, 2) }");
  await hello.until(({ pages }) => pages === 1);
  assert.ok(await isMarked(page));
  assert.equal(loads, 2);
  write("page.html", "a change that is another state");
  await page.waitForEvent("load");
  await hello.until(({ effect, pages }) => effect === "reload" && pages === 1);
  assert.equal(loads, 3);
});

test("a style that is loaded by a link in the folder is swapped by any name", async () => {
  write("real.css", "body { color: rgb(1, 1, 1) }");
  symlinkSync("real.css", join(folder, "linked.css"));
  write("linked.html", "<link rel=stylesheet href=linked.css><p>linked");
  const page = await open("/linked.html");
  await becomes(page, colour("1, 1, 1"));
  await mark(page);
  write("real.css", "body { color: rgb(2, 2, 2) }");
  await becomes(page, colour("2, 2, 2"));
  assert.ok(await isMarked(page));
});

/** Waits until these entries are shown; its policy lets nothing be evaluated in the page. */
async function lists(page, ...names) {
  const links = page.locator("#entries tbody tr:visible td:first-child a:first-child");
  const until = Date.now() + 15_000;
  for (let shown; String(shown) !== String(names); ) {
    assert.ok(Date.now() < until, `${shown} is listed, and not ${names}`);
    shown = await links.allTextContents();
  }
}

test("the list of a folder takes in what comes and goes, and keeps what was typed and chosen", async () => {
  const page = await open("/list/");
  await mark(page);
  await page.focus("text=one.txt");
  write("list/two.txt", "22");
  await lists(page, "one.txt", "two.txt");
  assert.equal(await page.textContent("#count"), "2 files");
  assert.equal(await page.evaluate("document.activeElement.textContent"), "one.txt");
  await page.fill("#q", "w");
  await lists(page, "two.txt");
  write("list/two words.txt", "");
  write("list/README.md", "# What this is");
  await lists(page, "two words.txt", "two.txt");
  assert.equal(await page.inputValue("#q"), "w");
  await page.locator(".readme h2", { hasText: "What this is" }).waitFor();
  assert.equal(await page.textContent("#count"), "2 of 4 shown");
  // A style and a size are what has changed in it, too.
  write("list/w.css", "b {}");
  await lists(page, "two words.txt", "two.txt", "w.css");
  write("list/w.css", "b {} ".repeat(100));
  await page.locator("#entries td", { hasText: "500 B" }).waitFor();
  rmSync(join(folder, "list/two.txt"));
  await lists(page, "two words.txt", "w.css");
  assert.ok(await isMarked(page), "it was never loaded again");
  assert.equal(page.loads, 1);
  assert.deepEqual(page.complaints, []);
});

test("a folder that gets a page of its own shows it", async () => {
  const page = await open("/list/");
  await Promise.all([listening(page), write("list/index.html", "<p id=own>its own</p>")]);
  await page.locator("#own").waitFor();
  rmSync(join(folder, "list/index.html"));
  await page.locator("#entries a", { hasText: "one.txt" }).waitFor();
  assert.deepEqual(page.complaints, []);
});

test("a file that is looked at within the list is loaded again when it changes", async () => {
  const page = await open("/list/?preview=one.txt");
  await page.locator("pre", { hasText: /^1$/ }).waitFor();
  write("list/one.txt", "one more");
  await page.locator("pre", { hasText: "one more" }).waitFor();
  assert.deepEqual(page.complaints, []);
});

test("a page that comes over https and HTTP/2 is followed there", async () => {
  const me = somebody();
  // Somebody else is to read it.
  chmodSync(folder, 0o755);
  const secure = await Hello.startAs(me.surroundings, me.program, "--live", "--https", folder);
  const own = await browser.newContext({ ignoreHTTPSErrors: true });
  own.setDefaultTimeout(15_000);
  try {
    const page = await own.newPage();
    const stream = listening(page);
    await page.goto(secure.url);
    await stream;
    await mark(page);
    write("app.css", "body { color: rgb(4, 5, 6) }");
    await becomes(page, colour("4, 5, 6"));
    assert.ok(await isMarked(page));
    write("index.html", PAGE.replace("one", "two"));
    await becomes(page, "document.title === 'two'");
    assert.equal(await page.evaluate("performance.getEntriesByType('navigation')[0].nextHopProtocol"), "h2");
    await page.close();
    const told = await secure.until(({ event, target }) => event === "request" && target.startsWith("/.hello/live?"));
    assert.equal(told.version, "HTTP/2");
    const pages = secure.journal.filter(({ event, target }) => event === "request" && target === "/");
    assert.equal(told.connection, pages[0].connection, "beside everything else, on one connection");
  } finally {
    await own.close();
    await secure.stop();
    rmSync(me.place, { recursive: true, force: true });
  }
});
