import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { apiPaths } from "@omoios/contract/http";
import { sampleAt, storePlan, type SamplePlan } from "@omoios/engine/testing/sample-rows";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openApiSubject, type ApiSubject } from "./api-subject.testsuite.ts";

let subject: ApiSubject;
let plan: SamplePlan;

beforeAll(async () => {
  subject = await openApiSubject({}, { stallMs: 200, closeGraceMs: 50 });
  plan = await storePlan(subject);
});

afterAll(() => subject[Symbol.asyncDispose]());

/** More than the operating system keeps for a connection whose other end does not read. */
async function appendMegabytes(count: number): Promise<void> {
  const reason = "x".repeat(250_000);
  const event = {
    ...({ type: "spec.attention_raised", specId: plan.spec.id, taskId: null, attemptId: null } as const),
    payload: { label: "SPC-1", reason },
  };
  for (let written = 0; written < count; written += 1) {
    const events = [event, event, event, event];
    await subject.database.transaction((tx) =>
      subject.stores.events.append(tx, { projectId: plan.project.id, events, at: sampleAt }),
    );
  }
}

async function openDeafSocket(): Promise<Socket> {
  const socket = connect(Number(new URL(subject.url).port), "127.0.0.1");
  const lines = [
    `GET ${apiPaths.stream}?after=0 HTTP/1.1`,
    "Host: 127.0.0.1",
    `Authorization: Bearer ${subject.token}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
  ];
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  await once(socket, "readable");
  return socket;
}

test("a reader that takes nothing is dropped, and until then the server holds one batch for it, not all", async () => {
  const connected = once(subject.server.websocketServer, "connection");
  const deaf = await openDeafSocket();
  const [held] = (await connected) as [
    { readonly bufferedAmount: number; once(event: "close", run: () => void): void },
  ];
  const dropped = new Promise<void>((resolve) => {
    held.once("close", resolve);
  });
  await appendMegabytes(30);
  await dropped;
  expect(held.bufferedAmount).toBeLessThan(25_000_000);
  expect(subject.bugs).toEqual([]);
  deaf.destroy();
});
