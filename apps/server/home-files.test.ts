import { chmod, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readOrCreateToken, removeServerFile, writeServerFile } from "./home-files.ts";

let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "omoios-home-"));
});

afterEach(() => rm(home, { recursive: true }));

test("the token is made once, whoever comes first, and only its user can read it", async () => {
  const tokens = await Promise.all(Array.from({ length: 8 }, () => readOrCreateToken(home)));
  expect(new Set(tokens).size).toBe(1);
  expect(await readdir(home)).toEqual(["token"]);
  await chmod(join(home, "token"), 0o644);
  expect(await readOrCreateToken(home)).toBe(tokens[0]);
  expect((await stat(join(home, "token"))).mode & 0o777).toBe(0o600);
});

test("a token file without a token is refused with the fix", async () => {
  await writeFile(join(home, "token"), "\n");
  await expect(readOrCreateToken(home)).rejects.toThrow("Nobody could sign in");
});

test("the server file is taken back only by the process that wrote it", async () => {
  const server = { url: "http://127.0.0.1:18000", pid: 4711, startedAt: "2026-03-01T10:00:00.000Z", version: "0.1.0" };
  await writeServerFile(home, server);
  await removeServerFile(home, 1);
  expect(await readdir(home)).toEqual(["server.json"]);
  await removeServerFile(home, 4711);
  await removeServerFile(home, 4711);
  expect(await readdir(home)).toEqual([]);
});
