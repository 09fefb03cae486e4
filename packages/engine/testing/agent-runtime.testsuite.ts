import { expect, test } from "vitest";
import type { AgentActivity, AgentRuntime, AgentSession, Assignment } from "../ports/agent-runtime.ts";
import type { ToolAccess } from "../ports/agent-tools.ts";
import type { Sandbox } from "../ports/sandbox.ts";

/** A kind of agent under test, told to do these things in an open sandbox. */
export interface AgentSubject {
  readonly sandbox: () => Sandbox;
  /** An agent that prints `seen <first line of a.txt>`, writes `done.txt` and ends well. */
  readonly worker: AgentRuntime;
  /** One that says `begun`, starts a child that leaves its process group, and does nothing more by itself. */
  readonly idler: AgentRuntime;
  /** One that ends badly after having printed something. */
  readonly failing: AgentRuntime;
}

/** A way to tools that nobody serves. */
export const noTools: ToolAccess = { socketPath: "/bridge/tools.sock", path: "/mcp", url: "http://127.0.0.1:8788/mcp" };

/** What every kind of agent has to do. `subject` is asked inside each test. */
export function describeAgentRuntime(subject: () => AgentSubject): void {
  const assignment = (signal = new AbortController().signal): Assignment => ({
    ...{ sandbox: subject().sandbox(), specId: "s1", taskTitle: "Agent", attemptNumber: 1, models: null, signal },
    ...{ kind: "implementation" as const, turn: 1 },
    brief: "Read a.txt and say so.",
    messages: [],
    tools: noTools,
  });
  const read = async (path: string) => {
    const argv = ["/bin/cat", path];
    return (await subject().sandbox().run({ argv, timeoutMs: 20_000 })).stdout;
  };

  test("works in the tree, tells what it prints, and ends with an outcome", async () => {
    const session = await subject().worker.start(assignment());
    const activity = await everything(session);
    expect(textOf(activity)).toContain("seen one");
    expect(["submitted", "ended"]).toContain((await session.outcome).kind);
    expect((await read("done.txt")).trim()).toBe("done");
    await session.stop();
    session.send("too late is no error");
  });

  test("that ends badly crashed, and says how", async () => {
    const session = await subject().failing.start(assignment());
    await everything(session);
    expect(await session.outcome).toMatchObject({ kind: "crashed", message: expect.stringContaining("7") as string });
  });

  test("is stopped with everything it started, and whoever followed it gets to the end", async () => {
    const session = await subject().idler.start(assignment());
    const following = untilText(session, "begun");
    await following.begun;
    await session.stop();
    expect(await session.outcome).toEqual({ kind: "stopped" });
    await following.ended;
    const left = await subject()
      .sandbox()
      .run({ argv: ["/bin/sh", "-c", "pgrep -f 'sleep 4321[0]' || true"], timeoutMs: 20_000 });
    expect(left.stdout).toBe("");
  });

  test("stops when its signal aborts, also one that had aborted before", async () => {
    const abort = new AbortController();
    const session = await subject().idler.start(assignment(abort.signal));
    await untilText(session, "begun").begun;
    abort.abort(new Error("parked"));
    expect(await session.outcome).toEqual({ kind: "stopped" });
    await expect(subject().idler.start(assignment(abort.signal))).rejects.toThrow("parked");
  });

  test("does not need anybody to follow it to the end", async () => {
    const session = await subject().worker.start(assignment());
    for await (const _first of session.activity) break;
    await session.stop();
    expect(["submitted", "ended", "stopped"]).toContain((await session.outcome).kind);
  });
}

async function everything(session: AgentSession): Promise<readonly AgentActivity[]> {
  const activity: AgentActivity[] = [];
  for await (const piece of session.activity) activity.push(piece);
  return activity;
}

function textOf(activity: readonly AgentActivity[]): string {
  return activity.map(({ text }) => text).join("");
}

function untilText(session: AgentSession, wanted: string) {
  const begun = Promise.withResolvers<void>();
  const follow = async (): Promise<void> => {
    let said = "";
    for await (const { text } of session.activity) {
      said += text;
      if (said.includes(wanted)) begun.resolve();
    }
  };
  return { begun: begun.promise, ended: follow() };
}
