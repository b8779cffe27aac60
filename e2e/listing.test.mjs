// A folder without a page of its own, as a person meets it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { browse, Hello } from "./hello.mjs";
import { barriers, DESKTOP, leave, PHONE, visit as meet } from "./visitor.mjs";


const README = `# A folder

What is in here, **in short**: [pictures](pictures/) and [the notes](notes.txt).

| file | holds |
|---|---:|
| notes.txt | notes |

\`\`\`rust
fn main() { println!("a line that is longer than a phone is wide, and has to go somewhere all the same"); }
\`\`\`

| ${"a column | ".repeat(30)}
| ${"--- | ".repeat(30)}
| ${"what stands in it | ".repeat(30)}

<script>document.title = "obeyed"</script>
[a way to run something](javascript:document.title="obeyed") ![far](https://far.example/x.png)
`;

let hello, crowded, browser, folder, crowd;

/** The sum that ends a chunk of a PNG. */
function crc(bytes) {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}

/** A picture of one colour. */
function png(width, height, colour) {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(data.length, 0);
    ends.writeUInt32BE(crc(body), 4);
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const line = Buffer.concat([Buffer.from([0]), Buffer.concat(Array(width).fill(Buffer.from(colour)))]);
  const content = deflateSync(Buffer.concat(Array(height).fill(line)));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);
  return Buffer.concat([signature, chunk("IHDR", head), chunk("IDAT", content), chunk("IEND", Buffer.alloc(0))]);
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "hello-listing-"));
  mkdirSync(join(folder, "pictures"));
  mkdirSync(join(folder, "sub 10/deep/deeper"), { recursive: true });
  mkdirSync(join(folder, "sub 9"));
  const files = {
    "README.md": README, "notes.txt": "first\nsecond\n", "main.rs": `fn main() {}\n${"// x ".repeat(60)}\n`,
    "file 10.txt": "x".repeat(5000), "file 9.txt": "x", "<b onmouseover=alert(1)>.txt": "x",
    "txt.\u202egpj.exe": "x", "Ёлка.txt": "x", "שלום.txt": "x", "archive.zip": "x".repeat(3_000_000),
    "sub 10/deep/deeper/needle.txt": "x",
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  for (let number = 1; number <= 12; number += 1) {
    const picture = png(160, 120, [20 * number, 120, 255 - 20 * number]);
    writeFileSync(join(folder, `pictures/picture ${number}.png`), picture);
  }
  crowd = mkdtempSync(join(tmpdir(), "hello-crowd-"));
  for (let number = 0; number < 2500; number += 1) writeFileSync(join(crowd, `file ${number}.txt`), "");
  [hello, crowded, browser] = await Promise.all([Hello.start(folder), Hello.start(crowd), browse()]);
});

after(async () => {
  await browser.close();
  await Promise.all([hello.stop(), crowded.stop()]);
  for (const path of [folder, crowd]) rmSync(path, { recursive: true, force: true });
});

/** A page of a visitor of its own; of `hello`, unless another address is given. */
function visit(path, { url = hello.url, ...options } = {}) {
  return meet(browser, url + path, { timezoneId: "Europe/Moscow", ...options });
}

const names = (page) => page.locator("#entries tbody tr:visible td:first-child a:first-of-type").allTextContents();

test("a folder is listed in natural order, and nothing in it is obeyed", async () => {
  const page = await visit("/");
  assert.deepEqual(await names(page), [
    "pictures/", "sub 9/", "sub 10/", "<b onmouseover=alert(1)>.txt", "archive.zip", "file 9.txt",
    "file 10.txt", "main.rs", "notes.txt", "README.md", "txt.\\u{202e}gpj.exe", "Ёлка.txt", "שלום.txt",
  ]);
  assert.equal(await page.title(), "Contents · hello");
  assert.equal(await page.textContent("#count"), "3 folders · 10 files");
  assert.equal(await page.textContent(".readme h2"), "A folder");
  assert.equal(await page.locator(".readme img, .readme script").count(), 0);
  assert.equal(await page.locator(".readme a").count(), 2);
  await page.click(".readme a >> text=pictures");
  assert.equal(await page.textContent("h1"), "pictures");
  await page.click(".crumbs >> text=Start");
  assert.equal(await page.textContent("h1"), "Contents");
  // Times are told in the reader's own zone.
  const [time, utc] = await page.locator("time").first().evaluate((time) => [time.textContent, time.dateTime]);
  const hour = (Number(utc.slice(11, 13)) + 3) % 24;
  assert.equal(time.slice(11), `${String(hour).padStart(2, "0")}:${utc.slice(14, 16)}`);
  await leave(page);
});

test("the list is filtered while one types, by keyboard alone", async () => {
  const page = await visit("/");
  await page.keyboard.press("/");
  await page.keyboard.type("FILE");
  assert.deepEqual(await names(page), ["file 9.txt", "file 10.txt"]);
  assert.equal(await page.textContent("#count"), "2 of 13 shown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "file 10.txt");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Escape");
  assert.equal((await names(page)).length, 13);
  assert.equal(await page.textContent("#count"), "3 folders · 10 files");
  await page.keyboard.type("елка");
  assert.deepEqual(await names(page), ["Ёлка.txt"]);
  await page.keyboard.press("Escape");
  await page.keyboard.type("needle");
  assert.deepEqual(await names(page), []);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\?q=needle/);
  assert.deepEqual(await names(page), ["needle.txt"]);
  assert.equal(await page.textContent(".in"), "sub 10/deep/deeper/");
  assert.deepEqual(await barriers(page), []);
  await page.screenshot({ path: "screenshots/listing-search.png" });
  await page.click("text=Show everything");
  assert.equal((await names(page)).length, 13);
  await leave(page);
});

test("everything is there without scripts", async () => {
  const page = await visit("/", { javaScriptEnabled: false });
  await page.click("thead >> text=Size");
  assert.equal((await names(page))[3], "archive.zip");
  await page.click("thead >> text=Size");
  assert.equal((await names(page)).at(-1), "archive.zip");
  await page.fill("#q", "needle");
  await page.click("button");
  assert.deepEqual(await names(page), ["needle.txt"]);
  await page.click("text=Русский");
  assert.equal(await page.textContent("#count"), "Найден 1");
  await page.click("text=Показать всё");
  assert.equal(await page.textContent("h1"), "Содержимое");
  await page.click("text=pictures/");
  assert.equal(await page.getAttribute("html", "lang"), "ru");
  await page.click("text=Плитка");
  assert.equal(await page.locator(".tiles img").count(), 12);
  await page.screenshot({ path: "screenshots/listing-without-scripts.png", fullPage: true });
  await leave(page);
});

test("a file is taken under its own name, by keyboard and without scripts", async () => {
  for (const javaScriptEnabled of [true, false]) {
    const page = await visit("/", { javaScriptEnabled });
    for (const name of ["main.rs", "<b onmouseover=alert(1)>.txt", "Ёлка.txt"]) {
      const link = page.getByRole("link", { name: `Download ${name}`, exact: true });
      const { width, height } = await link.boundingBox();
      assert.ok(width >= 24 && height >= 24, `${width} by ${height}`);
      await link.focus();
      const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
      assert.equal(download.suggestedFilename(), name.replaceAll(/[<>]/g, "_"));
      const taken = readFileSync(await download.path(), "utf8");
      assert.equal(taken, readFileSync(join(folder, name), "utf8"));
    }
    const folders = page.locator("#entries tr", { has: page.locator("a.d") });
    assert.equal(await folders.locator(".g a").count(), 0, "a folder is not taken");
    await leave(page);
  }
});

test("files are looked at one after the other", async () => {
  const page = await visit("/pictures/?view=tiles");
  await page.locator(".tiles a", { hasText: "picture 2.png" }).click();
  assert.equal(await page.textContent("h1"), "picture 2.png");
  const width = () => page.locator("img.seen").evaluate(async (image) => (await image.decode(), image.naturalWidth));
  assert.equal(await width(), 160);
  await page.keyboard.press("ArrowRight");
  await page.waitForURL(/preview=picture%203/);
  assert.equal(await width(), 160);
  await page.keyboard.press("ArrowLeft");
  await page.waitForURL(/preview=picture%202/);
  assert.deepEqual(await barriers(page), []);
  await page.goto(`${hello.url}/?preview=main.rs`);
  assert.match(await page.textContent("pre"), /^fn main/);
  assert.deepEqual(await barriers(page), []);
  await page.screenshot({ path: "screenshots/listing-text.png" });
  await leave(page);
});

test("a folder of thousands is usable: by pages, and filtered as a whole", async () => {
  const page = await visit("/", { url: crowded.url });
  assert.equal((await names(page)).length, 1000);
  assert.match(await page.textContent(".count"), /2\u00a0500 files · 1 to 1\u00a0000 on this page/);
  await page.click(".pages >> text=Next");
  assert.equal((await names(page))[0], "file 1000.txt");
  assert.deepEqual(await barriers(page), []);
  await page.fill("#q", "2499");
  await page.locator("#entries tr", { hasText: "file 2499.txt" }).waitFor();
  assert.deepEqual(await names(page), ["file 2499.txt"]);
  assert.equal(await page.textContent("#count"), "1 file");
  await page.fill("#q", "nothing of that name");
  await page.locator(".empty").waitFor();
  await page.fill("#q", "");
  await page.locator("#entries tr", { hasText: "file 1000.txt" }).waitFor();
  assert.equal((await names(page)).length, 1000);
  await leave(page);
});

test("it fits phones and desktops, and bars nobody, in both languages and themes", async () => {
  for (const [size, viewport] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
    for (const language of ["en", "ru"]) {
      for (const colorScheme of ["light", "dark"]) {
        for (const path of ["/", "/pictures/?view=tiles"]) {
          const joint = path.includes("?") ? "&" : "?";
          const page = await visit(`${path}${joint}lang=${language}`, { viewport, colorScheme, reducedMotion: "reduce" });
          const width = await page.evaluate(() => document.documentElement.scrollWidth);
          assert.equal(width, viewport.width, `${size} ${language} ${path}`);
          assert.deepEqual(await barriers(page), [], `${size} ${language} ${colorScheme} ${path}`);
          const look = path === "/" ? "list" : "tiles";
          const name = `screenshots/listing-${look}-${size}-${language}-${colorScheme}.png`;
          await page.screenshot({ path: name, fullPage: true });
          await leave(page);
        }
      }
    }
  }
});

test("the list of what is served bars nobody, in both languages, on phones and desktops", async () => {
  const hello = await Hello.start(`docs=${folder}`, `my app=${crowd}`, `notes=${join(folder, "notes.txt")}`);
  try {
    for (const [size, viewport] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
      for (const [locale, title] of [["en-GB", "What is here"], ["ru-RU", "Что здесь есть"]]) {
        for (const colorScheme of ["light", "dark"]) {
          const page = await visit("/", { url: hello.url, viewport, locale, colorScheme });
          assert.equal(await page.getAttribute("html", "lang"), locale.slice(0, 2));
          assert.equal(await page.textContent("h1"), title);
          assert.deepEqual(await page.locator("li a").allTextContents(), ["/docs/", "/my app/", "/notes"]);
          const width = await page.evaluate(() => document.documentElement.scrollWidth);
          assert.equal(width, viewport.width, `${size} ${locale}`);
          assert.deepEqual(await barriers(page), [], `${size} ${locale} ${colorScheme}`);
          await page.screenshot({ path: `screenshots/mounts-${size}-${locale.slice(0, 2)}-${colorScheme}.png` });
          await leave(page);
        }
      }
    }
    const page = await visit("/", { url: hello.url });
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/my%20app/");
    assert.equal((await names(page)).length, 1000);
    await leave(page);
  } finally {
    await hello.stop();
  }
});

test("the theme is switched by hand", async () => {
  const paper = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  for (const javaScriptEnabled of [true, false]) {
    const page = await visit("/", { javaScriptEnabled, colorScheme: "light" });
    const light = await paper(page);
    await page.click("text=Dark");
    const dark = await paper(page);
    assert.notEqual(dark, light);
    await page.goto(`${hello.url}/pictures/`);
    assert.equal(await paper(page), javaScriptEnabled ? dark : light);
    await leave(page);
  }
});
