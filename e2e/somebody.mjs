// Somebody with a home of their own, for whom `hello trust` can be tried.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, copyFileSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const NOBODY = 65534;

/**
 * Somebody with a home of their own, who is no administrator: `hello trust` must not touch the store
 * of the machine that runs this test.
 */
export function somebody() {
  const place = mkdtempSync(join(tmpdir(), "hello-trust-"));
  chmodSync(place, 0o755);
  const home = join(place, "home");
  mkdirSync(home);
  // The folder that it was built in may be closed to others.
  const program = join(place, "hello");
  copyFileSync(process.env.HELLO, program);
  chmodSync(program, 0o755);
  const { XDG_DATA_HOME: _, ...env } = { ...process.env, HOME: home };
  const surroundings = { env, cwd: place };
  if (process.getuid() === 0) {
    chownSync(home, NOBODY, NOBODY);
    Object.assign(surroundings, { uid: NOBODY, gid: NOBODY });
  }
  /** What `hello trust` says; that the system's store is left to do is no failure here. */
  const trust = (...words) => {
    try {
      const options = { ...surroundings, encoding: "utf8" };
      return execFileSync(program, ["trust", "--lang", "en", ...words], options);
    } catch (error) {
      assert.equal(error.status, 1, error.stderr);
      return error.stdout;
    }
  };
  return { place, home, program, surroundings, trust };
}
