import { get } from "node:http";
import { apiPaths } from "@omoios/contract/http";
import { streamCloseCodes, streamMessageSchema } from "@omoios/contract/http-system";
import { eventSchema, type NewEvent } from "@omoios/contract/events";
import { later, sampleAt, sampleAttempt, storePlan, type SamplePlan } from "@omoios/engine/testing/sample-rows";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openApiSubject, type ApiSubject } from "./api-subject.testsuite.ts";

let subject: ApiSubject;
let plan: SamplePlan;
let other: SamplePlan;

beforeAll(async () => {
  subject = await openApiSubject();
  plan = await storePlan(subject, { specNumber: 1, firstTaskNumber: 1 });
  other = await storePlan(subject, { specNumber: 2, firstTaskNumber: 2 });
});

afterAll(() => subject[Symbol.asyncDispose]());

async function append(of: SamplePlan, count = 1): Promise<void> {
  const event: NewEvent = {
    ...{ type: "spec.attention_raised", specId: of.spec.id, taskId: null, attemptId: null },
    payload: { label: "SPC-1", reason: "look" },
  };
  const events = Array.from({ length: count }, () => event);
  await subject.database.transaction((tx) =>
    subject.stores.events.append(tx, { projectId: of.project.id, events, at: sampleAt }),
  );
}

/** A real WebSocket client that collects positions and can wait for one. */
class Reader {
  readonly seen: number[] = [];
  readonly closed: Promise<CloseEvent>;
  readonly opened: Promise<void>;
  readonly #socket: WebSocket;
  #waiting: { readonly seq: number; readonly resume: () => void } | null = null;

  constructor(query: string, token = subject.token) {
    const url = `${subject.url.replace("http", "ws")}${apiPaths.stream}${query}`;
    // Node's WebSocket takes headers as a second argument, which the DOM's type does not know.
    this.#socket = Reflect.construct(WebSocket, [url, { headers: { authorization: `Bearer ${token}` } }]) as WebSocket;
    this.closed = new Promise((resolve) => {
      this.#socket.addEventListener("close", resolve);
    });
    this.opened = new Promise((resolve) => {
      this.#socket.addEventListener("open", () => {
        resolve();
      });
    });
    this.#socket.addEventListener("message", (message) => {
      const { events } = streamMessageSchema.parse(JSON.parse(String(message.data)));
      this.seen.push(...events.map(({ seq }) => seq));
      if (this.#waiting !== null && (this.seen.at(-1) ?? 0) >= this.#waiting.seq) this.#waiting.resume();
    });
  }

  async until(seq: number): Promise<readonly number[]> {
    if ((this.seen.at(-1) ?? 0) < seq) {
      await new Promise<void>((resume) => {
        this.#waiting = { seq, resume };
      });
    }
    return this.seen;
  }

  close(): void {
    this.#socket.close();
  }
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_none, place) => from + place);
}

describe("WebSocket", () => {
  test("replays from a position and goes on live, without gap or repetition, while events are being written", async () => {
    await append(plan, 1200);
    const readers: Reader[] = [];
    const last = (await subject.stores.events.latest()) + 200;
    const writing = (async () => {
      for (let written = 0; written < 200; written += 1) {
        await append(plan);
        // Every reader begins at another moment of the writing.
        if (written % 20 === 0) readers.push(new Reader(`?after=${String(written * 5)}`));
      }
    })();
    await writing;
    for (const [place, reader] of readers.entries()) {
      expect(await reader.until(last)).toEqual(range(place * 100 + 1, last));
      reader.close();
    }
  });

  test("without a position it begins with what happens next, and can be limited to a spec", async () => {
    const start = await subject.stores.events.latest();
    const all = new Reader("");
    const one = new Reader(`?spec=${other.spec.id}`);
    await Promise.all([all.opened, one.opened]);
    await append(plan);
    await append(other);
    await append(plan);
    await append(other);
    expect(await all.until(start + 4)).toEqual(range(start + 1, start + 4));
    expect(await one.until(start + 4)).toEqual([start + 2, start + 4]);
    all.close();
    one.close();
  });

  test("a replay that is limited to a spec reads the table by position too", async () => {
    const last = await subject.stores.events.latest();
    const one = new Reader(`?after=0&spec=SPC-2`);
    expect(await one.until(last)).toEqual([last - 2, last]);
    one.close();
  });

  test("is refused before the upgrade: without the token, from another origin, for a wrong query", async () => {
    const upgrade = {
      connection: "upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
    };
    const answerTo = async (path: string, headers: Readonly<Record<string, string>>): Promise<number | undefined> => {
      return new Promise((resolve, reject) => {
        const request = get(subject.url + path, { agent: false, headers: { ...upgrade, ...headers } }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        });
        request.on("upgrade", (answer, socket) => {
          socket.destroy();
          resolve(answer.statusCode);
        });
        request.on("error", reject);
      });
    };
    const authorization = `Bearer ${subject.token}`;
    expect(await answerTo(apiPaths.stream, {})).toBe(401);
    expect(await answerTo(apiPaths.stream, { authorization, origin: "http://evil.example" })).toBe(403);
    expect(await answerTo(apiPaths.stream, { authorization, host: "evil.example" })).toBe(403);
    expect(await answerTo(`${apiPaths.stream}?after=999999`, { authorization })).toBe(422);
    expect(await answerTo(`${apiPaths.stream}?after=x`, { authorization })).toBe(422);
    expect(await answerTo(apiPaths.stream, { authorization })).toBe(101);
    expect((await subject.call(apiPaths.stream)).status).toBe(426);
  });
});

/** The next `count` data lines of a stream of server-sent events. */
async function sseData(
  answer: Response,
  count: number,
): Promise<readonly { readonly id: number; readonly data: unknown }[]> {
  const found: { readonly id: number; readonly data: unknown }[] = [];
  let text = "";
  for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      const match = /^id: (?<id>\d+)\ndata: (?<data>.*)$/u.exec(block)?.groups;
      if (match !== undefined)
        found.push({ id: Number(match["id"]), data: JSON.parse(match["data"] ?? "") as unknown });
    }
    if (found.length >= count) break;
  }
  return found.slice(0, count);
}

describe("server-sent events", () => {
  test("replay, go on live, and resume after the id that was seen last", async () => {
    const start = await subject.stores.events.latest();
    await append(plan, 3);
    const stream = await subject.call(`${apiPaths.eventStream}?after=${String(start)}`);
    expect(stream.headers.get("content-type")).toContain("text/event-stream");
    await append(plan, 2);
    const seen = await sseData(stream, 5);
    expect(seen.map(({ id }) => id)).toEqual(range(start + 1, start + 5));
    expect(eventSchema.parse(seen[0]?.data).seq).toBe(start + 1);
    const resumed = await subject.call(apiPaths.eventStream, { headers: { "last-event-id": String(start + 4) } });
    expect((await sseData(resumed, 1)).map(({ id }) => id)).toEqual([start + 5]);
    expect((await subject.call(apiPaths.eventStream, { headers: { "last-event-id": "x" } })).status).toBe(422);
  });

  test("an attempt's log is followed until it ends", async () => {
    const [task] = plan.tasks;
    if (task === undefined) throw new Error("no task");
    const attempt = sampleAttempt(task);
    await subject.database.transaction((tx) => subject.stores.attempts.create(tx, attempt));
    const line = (text: string) => ({ at: later(1).toISOString(), source: "agent", stream: "stdout", text }) as const;
    await subject.logs.append(attempt.id, line("first"));
    const stream = await subject.call(apiPaths.attemptLogStream("TSK-001.1"));
    await subject.logs.append(attempt.id, line("second"));
    await subject.logs.append(attempt.id, line("third"));
    await subject.logs.end(attempt.id);
    const whole = await stream.text();
    const texts = [...whole.matchAll(/"text":"(?<text>\w+)"/gu)].map((match) => match.groups?.["text"]);
    expect(texts).toEqual(["first", "second", "third"]);
    expect(whole).toContain('"ended":true');
  });
});

describe("the end of the server", () => {
  test("closes sockets with a code that says so and lets no stream hold it up", async () => {
    await using stopping = await openApiSubject();
    const url = `${stopping.url.replace("http", "ws")}${apiPaths.stream}`;
    const socket = Reflect.construct(WebSocket, [
      url,
      { headers: { authorization: `Bearer ${stopping.token}` } },
    ]) as WebSocket;
    await new Promise((resolve) => {
      socket.addEventListener("open", resolve);
    });
    const sse = await stopping.call(apiPaths.eventStream);
    const closed = new Promise<CloseEvent>((resolve) => {
      socket.addEventListener("close", resolve);
    });
    await stopping.server.close();
    expect((await closed).code).toBe(streamCloseCodes.goingAway);
    expect(await sse.text()).toContain("retry:");
  });
});
