// The pictures of the README: what a terminal shows while a few clients come and go, and the page.

import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { browse, Hello } from "./hello.mjs";

const PICTURES = "../docs/pictures";
const COLUMNS = 80;
const ADDRESS = { host: "127.0.0.1", port: 7878 };

/** hello in a terminal of its own: what it writes, escapes and all. */
class Terminal {
  #process;
  #waiting = [];
  text = "";

  constructor(folder) {
    const command = `stty cols ${COLUMNS} rows 40; cd '${folder}'; exec '${process.env.HELLO}' site`;
    this.#process = spawn("script", ["-qec", command, "/dev/null"], {
      env: { ...process.env, LANG: "en_US.UTF-8", LC_ALL: "", TERM: "xterm-256color", NO_COLOR: "" },
    });
    this.#process.stdout.on("data", (bytes) => {
      this.text += bytes;
      this.#waiting = this.#waiting.filter((look) => !look());
    });
    this.ended = new Promise((resolve) => this.#process.once("exit", resolve));
  }

  /** Waits until it shows something so many times. */
  until(wanted, times = 1) {
    return new Promise((resolve) => {
      const look = () => {
        const shown = this.text.split(wanted).length > times;
        if (shown) resolve();
        return shown;
      };
      if (!look()) this.#waiting.push(look);
    });
  }

  /** Presses Ctrl-C. */
  interrupt() {
    this.#process.stdin.write("\x03");
    return this.ended;
  }
}

/** Sends a text, and answers what came back once `enough` says so, or the end. */
function say(text, enough = () => false) {
  return new Promise((resolve) => {
    let heard = "";
    const socket = connect(ADDRESS, () => socket.write(text));
    const done = () => {
      socket.destroy();
      resolve(heard);
    };
    socket.on("data", (bytes) => {
      heard += bytes.toString("latin1");
      if (enough(heard)) done();
    });
    socket.on("end", done);
    socket.on("error", done);
  });
}

const get = (...paths) =>
  paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`).join("");

/** A visit, a download that breaks off, an offence, and https where http is spoken. */
async function scenes(terminal) {
  await terminal.until("127.0.0.1:7878");
  const visit = connect(ADDRESS, () => visit.write(get("/", "/style.css", "/logo.png", "/favicon.ico")));
  visit.resume();
  await terminal.until("icon for the tab");
  await say(get("/holiday.mp4"), (heard) => heard.length > 900_000);
  await terminal.until("holiday.mp4 sent");
  await say("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd");
  await terminal.until("two lengths");
  const secure = connectTls({ ...ADDRESS, rejectUnauthorized: false });
  secure.on("error", () => {});
  await terminal.until("where http://");
  // A visit of a few seconds looks more like one.
  await new Promise((resolve) => setTimeout(resolve, 3000));
  visit.end();
  await terminal.until("closed by the client");
  await terminal.interrupt();
}

/** What stays on the screen: what follows a carriage return is written over what was before it. */
const kept = (line) => line.replace(/\r+$/, "").replace(/^.*\r(?=.)/, "");

/** The few escapes that hello writes, as HTML. */
function marked(text) {
  const escape = (part) => part.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  let html = "";
  let open = false;
  for (const [index, part] of text.split(/\x1b\[([0-9;]*)m/).entries()) {
    if (index % 2 === 0) {
      html += escape(part.replaceAll(/\x1b\[[0-9;?]*[A-Za-z]/g, ""));
      continue;
    }
    if (open) html += "</span>";
    const classes = part.split(";").filter((code) => code && code !== "0").map((code) => `c${code}`);
    open = classes.length > 0;
    if (open) html += `<span class="${classes.join(" ")}">`;
  }
  return html + (open ? "</span>" : "");
}

const FRAME = (screen) => `<!DOCTYPE html><meta charset="utf-8"><style>
  body { margin: 0; background: #191715 }
  pre { margin: 0; padding: 22px 26px; width: ${COLUMNS}ch; color: #ece7df; white-space: pre;
    font: 15px/1.45 "DejaVu Sans Mono", "Liberation Mono", monospace }
  .c1 { font-weight: bold } .c2 { color: #9b948a }
  .c31, .c91 { color: #ff8d7a } .c32, .c92 { color: #9fd08a } .c33, .c93 { color: #f0c674 }
  .c34, .c94 { color: #8ab6e8 } .c35, .c95 { color: #d7a5e0 } .c36, .c96 { color: #86d3ce }
</style><pre>$ hello site\n${screen}</pre>`;

const folder = mkdtempSync(join(tmpdir(), "hello-pictures-"));
mkdirSync(join(folder, "site"));
writeFileSync(join(folder, "site/index.html"), "<h1>hello</h1>\n".repeat(80));
writeFileSync(join(folder, "site/style.css"), "body { margin: 0 }\n".repeat(200));
writeFileSync(join(folder, "site/holiday.mp4"), Buffer.alloc(24 << 20));

const browser = await browse();
try {
  const terminal = new Terminal(folder);
  await scenes(terminal);
  const context = await browser.newContext({ deviceScaleFactor: 2 });
  const screen = await context.newPage();
  await screen.setContent(FRAME(marked(terminal.text.trimEnd().split("\n").map(kept).join("\n"))));
  await screen.locator("pre").screenshot({ path: join(PICTURES, "terminal.png") });

  const hello = await Hello.start();
  const visitor = await browser.newContext({
    deviceScaleFactor: 1.5, locale: "en-GB", viewport: { width: 1180, height: 760 },
  });
  const page = await visitor.newPage();
  await page.goto(hello.url);
  await page.locator("#pulse.on").waitFor();
  const other = await visitor.newPage();
  await other.goto(`${hello.url}/sleep`);
  await other.close();
  await page.locator(".thread", { hasText: "/sleep" }).first().waitFor();
  await page.screenshot({ path: join(PICTURES, "page.png") });
  await hello.stop();
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
