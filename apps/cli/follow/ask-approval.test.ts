import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { ApiClient } from "../client/api-client.ts";
import { createTerminal, type Terminal } from "../terminal.ts";
import { ContractServer, token } from "../testing/contract-server.ts";
import { specView } from "../testing/sample-run.ts";
import { askApproval } from "./ask-approval.ts";

const requirement = {
  id: "REQ-1",
  text: "WHEN a user opens /health, the service SHALL answer 200",
  priority: "must" as const,
  criteria: [{ id: "REQ-1.1", text: "GET /health answers 200 with the body ok", proof: "check" as const }],
};
const check = {
  criterion: "REQ-1.1",
  command: "node --test checks/health.test.js",
  directory: ".",
  timeoutSeconds: 60,
  files: [{ path: "checks/health.test.js", content: "one\ntwo\n" }],
};
const task = {
  id: "route",
  ticket: "health",
  title: "Write the route",
  description: "Add the route to the server",
  mode: "implementation" as const,
  priority: "medium" as const,
  needs: [],
  criteria: ["REQ-1.1"],
  declaredFiles: ["server.js"],
  requiresGit: false,
  requiresTests: true,
  complexity: 0.2,
};

const waiting = specView("awaiting_approval", {
  plan: {
    ...specView("planning").plan,
    requirements: { title: "Answer GET /health", requirements: [requirement], assumptions: ["No sign-in is needed"] },
    work: { tickets: [{ id: "health", title: "Health" }], tasks: [task], checks: [check] },
  },
});

/** A terminal with a person at it who types this. */
function terminalOf(typed: string | null): { readonly terminal: Terminal; readonly shown: () => string } {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const stdout = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  let shown = "";
  stdout.setEncoding("utf8").on("data", (text: string) => (shown += text));
  if (typed !== null) stdin.end(typed);
  const streams = { stdin, stdout, stderr: stdout } as unknown as Parameters<typeof createTerminal>[0];
  return { terminal: createTerminal(streams, { NO_COLOR: "1" }), shown: () => shown };
}

async function ask(typed: string | null, signal = new AbortController().signal) {
  await using server = await ContractServer.open({ before: waiting, after: waiting, events: [] });
  const client = new ApiClient({ url: server.url, token, fix: "" }, "0.1.0");
  const { terminal, shown } = terminalOf(typed);
  const goesOn = await askApproval({ terminal }, { client, spec: waiting, signal });
  return { goesOn, approved: server.bodies, shown: shown() };
}

test.each(["y\n", "Yes\n"])("%j approves exactly the plan that was shown", async (typed) => {
  const { goesOn, approved, shown } = await ask(typed);
  expect(goesOn).toBe(true);
  expect(approved).toEqual([{ digest: waiting.planDigest }]);
  for (const text of [
    requirement.text,
    check.command,
    "checks/health.test.js (2 lines)",
    "server.js",
    "No sign-in is needed",
  ])
    expect(shown).toContain(text);
});

test.each(["n\n", "\n", "yesterday\n", ""])("%j leaves the plan waiting", async (typed) => {
  expect(await ask(typed)).toMatchObject({ goesOn: false, approved: [] });
});

test("an interruption leaves the plan waiting", async () => {
  expect(await ask(null, AbortSignal.abort())).toMatchObject({ goesOn: false, approved: [] });
});

test("nobody is asked where nobody sits", async () => {
  await using server = await ContractServer.open({ before: waiting, after: waiting, events: [] });
  const client = new ApiClient({ url: server.url, token, fix: "" }, "0.1.0");
  const { terminal } = terminalOf("y\n");
  const asked = { client, spec: waiting, signal: new AbortController().signal };
  expect(await askApproval({ terminal: { ...terminal, ask: null } }, asked)).toBe(false);
  expect(server.requests).toEqual([]);
});
