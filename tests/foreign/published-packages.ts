import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Scenario } from "@omoios/contract/scenario";
import { git, type Scratch } from "../e2e/testing/scratch.ts";

const execute = promisify(execFile);

/** A package somebody else wrote and published, and a feature for it. */
export interface Foreign {
  /** `name@version`, as npm writes it. */
  readonly spec: string;
  readonly request: string;
  readonly requirement: string;
  readonly criterion: string;
  /** The package's own tests, where it brings any, before the new one. */
  readonly command: string;
  readonly check: string;
  readonly changes: readonly { readonly find: string; readonly with: string }[];
}

/** Where all of them keep their code. */
const source = "index.js";

export const foreigners: readonly Foreign[] = [
  {
    spec: "deep-equal@1.0.1",
    request: "Compare regular expressions by what they match",
    requirement: "WHEN two regular expressions are compared, the module SHALL compare their source and their flags",
    criterion: "/a/ equals /a/, but neither /b/ nor /a/g",
    command: "npm test && node --test checks/regular-expressions.test.js",
    check: `const test = require("node:test");
const assert = require("node:assert/strict");
const equal = require("../");

test("source and flags count", () => {
  assert.deepEqual([equal(/a/, /a/), equal(/a/, /b/), equal(/a/, /a/g)], [true, false, false]);
});
`,
    changes: [
      {
        find: "    return actual.getTime() === expected.getTime();\n",
        with: `    return actual.getTime() === expected.getTime();

  } else if (actual instanceof RegExp && expected instanceof RegExp) {
    return actual.source === expected.source && actual.flags === expected.flags;
`,
      },
    ],
  },
  {
    spec: "json-stable-stringify@1.0.1",
    request: "Leave out keys that the caller names",
    requirement: "WHERE the option omit is given, the module SHALL leave out every key it names, at any depth",
    criterion: 'with omit: ["at"], {"b":{"at":1,"c":2},"at":3} becomes {"b":{"c":2}}',
    command: "npm test && node --test checks/omit.test.js",
    check: `const test = require("node:test");
const assert = require("node:assert/strict");
const stringify = require("../");

test("omits named keys at any depth", () => {
  assert.equal(stringify({ b: { c: 2, at: 1 }, at: 3 }, { omit: ["at"] }), '{"b":{"c":2}}');
  assert.equal(stringify({ b: 1, at: 3 }), '{"at":3,"b":1}');
});
`,
    changes: [
      {
        find: "                var key = keys[i];\n",
        with: `                var key = keys[i];
                if (opts.omit && opts.omit.indexOf(key) !== -1) continue;
`,
      },
    ],
  },
  {
    spec: "escape-html@1.0.3",
    request: "Escape backticks too",
    requirement: "WHEN a text contains a backtick, the module SHALL escape it as a character reference",
    criterion: "a`b becomes a&#96;b, and what was escaped before still is",
    command: "node --test checks/backtick.test.js",
    check: `const test = require("node:test");
const assert = require("node:assert/strict");
const escapeHtml = require("../");

test("escapes backticks beside everything else", () => {
  assert.equal(escapeHtml("a\`b"), "a&#96;b");
  assert.equal(escapeHtml("<a href=\\"x\\">'&\`"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#96;");
});
`,
    changes: [
      { find: `/["'&<>]/`, with: "/[\"'&<>`]/" },
      {
        find: "      case 62: // >\n",
        with: "      case 96: // `\n        escape = '&#96;';\n        break;\n      case 62: // >\n",
      },
    ],
  },
];

/** Fetches what was published, as npm does, and makes it somebody's repository; returns its path. */
export async function obtain({ spec }: Foreign, scratch: Scratch): Promise<string> {
  const folder = scratch.at("packages", spec);
  await mkdir(folder, { recursive: true });
  const { stdout } = await execute("npm", ["pack", "--silent", spec], { cwd: folder, timeout: 120_000 });
  await execute("tar", ["-xzf", stdout.trim()], { cwd: folder });
  const repository = join(folder, "package");
  git(repository, "init", "--quiet", "--initial-branch=main");
  git(repository, "add", "--all");
  git(repository, "commit", "--quiet", "-m", `As published: ${spec}`);
  return repository;
}

/** Only words are scripted: what the planner answers, what the agent types, what the validator says about the evidence. */
export function scenarioFor(foreign: Foreign): Scenario {
  const path = /checks\/\S+/.exec(foreign.command)?.[0] ?? "";
  const plan = {
    title: foreign.request,
    requirement: { text: foreign.requirement, criterion: foreign.criterion },
    check: {
      command: foreign.command,
      directory: ".",
      timeoutSeconds: 60,
      files: [{ path, content: foreign.check }],
    },
    task: {
      title: foreign.request,
      description: foreign.requirement,
      priority: "medium",
      declaredFiles: [source],
    },
    assumptions: [],
  };
  const changes = foreign.changes.map((change) => ({ replace: { path: source, ...change } }));
  const verdict = {
    criterion: "REQ-1.1",
    met: true,
    confidence: 0.95,
    evidence: ["E1"],
    reasoning: "The package's own tests and the new one passed on this tree",
  };
  return {
    version: 1,
    model: { "plan-direct": [plan], validate: [{ verdicts: [verdict] }] },
    agent: [{ task: "*", attempts: [[...changes, { submit: foreign.request }]] }],
  };
}
