// Starts hello, reads its journal, and a browser to look at it with.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

/** A running server: its address, and everything it has said. */
export class Hello {
  #process;
  #waiting = [];
  journal = [];

  /** Starts one on a port that the system chooses. */
  static async start(...args) {
    const hello = new Hello();
    const options = ["--listen", "127.0.0.1:0", "--log", "json", ...args];
    hello.#process = spawn(process.env.HELLO, options, { stdio: ["ignore", "pipe", "inherit"] });
    hello.ended = new Promise((resolve) => hello.#process.once("exit", resolve));
    createInterface({ input: hello.#process.stdout }).on("line", (line) => {
      hello.journal.push(JSON.parse(line));
      hello.#waiting = hello.#waiting.filter((look) => !look());
    });
    hello.url = (await hello.until((event) => event.event === "listening")).address;
    return hello;
  }

  /** Waits for an event of the journal, which may have been there already. */
  until(wanted) {
    return new Promise((resolve) => {
      const look = () => {
        const found = this.journal.find(wanted);
        if (found) resolve(found);
        return Boolean(found);
      };
      if (!look()) this.#waiting.push(look);
    });
  }

  /** Asks it to stop. */
  stop() {
    this.#process.kill("SIGTERM");
    return this.ended;
  }
}

const PLAIN = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-component-update", "--disable-sync",
];

/** A browser; `names` are resolved to this machine, as an attacker's name server would. */
export function browse(...names) {
  const rules = names.map((name) => `MAP ${name} 127.0.0.1`).join(",");
  return chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: [
      ...PLAIN, "--disable-background-networking",
      ...(rules ? [`--host-resolver-rules=${rules}`] : []),
    ],
  });
}

/**
 * A browser as people have it, with a profile in `folder`: only such a one connects beforehand.
 * It knows no machine but this one, so it troubles nobody with its other habits.
 */
export function browseAsPeopleDo(folder) {
  return chromium.launchPersistentContext(folder, {
    executablePath: process.env.CHROMIUM,
    // What automation switches off is what is looked at here.
    ignoreDefaultArgs: true,
    args: [
      ...PLAIN, "--headless", "--remote-debugging-pipe", `--user-data-dir=${folder}`,
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost", "about:blank",
    ],
  });
}
