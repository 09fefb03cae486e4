import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createBridgeServer } from "@omoios/adapters/bridge/serve-sandbox";
import { gatewaySocket, openGateway } from "@omoios/adapters/gateway/open-gateway";
import type { Scenario } from "@omoios/contract/scenario";
import type { Attempt } from "@omoios/domain/attempt/attempt";
import { admit } from "@omoios/engine/use-cases/admit";
import { taskMoved } from "@omoios/engine/use-cases/happened";
import { meterCall } from "@omoios/engine/use-cases/meter-call";
import { record } from "@omoios/engine/use-cases/record";
import type { Door, Gateway } from "@omoios/engine/ports/gateway";
import type { Base, Sandbox } from "@omoios/engine/ports/sandbox";
import type { App } from "@omoios/server/compose";
import { type Bench, type Figure, type Findings, rounded, Samples } from "../figures.ts";
import { GeneratedRepository } from "../generated-repository.ts";
import { execute, openApp, type PublishedSpec, publishSpec } from "../running-app.ts";
import { ScratchFolder } from "../scratch-folder.ts";

const rounds = 5;
const callsInRound = 30;
const starts = 8;
/** Between two calls, so that booking the end of one is not measured as part of the next. */
const pauseMs = 40;
const queueStopMs = 9_000;
const runLimitMs = 60_000;
const model = "claude-sonnet-4-5";
const jailNode = "/opt/node/bin/node";
const forever = new AbortController().signal;
const conversations = [
  { name: "a conversation of 2 kB", bytes: 2_000 },
  { name: "a conversation of 200 kB", bytes: 200_000 },
] as const;

/** One agent's calls, one after another on a kept connection; the same program in the jail and beside it. */
const client = `
const [url, token, bytes, calls] = process.argv.slice(1);
const messages = [{ role: "user", content: "x".repeat(Number(bytes)) }];
const body = JSON.stringify({ model: "${model}", max_tokens: 1000, stream: true, messages });
const ask = async () => {
  await new Promise((resolve) => setTimeout(resolve, ${pauseMs}));
  const startedAt = performance.now();
  const response = await fetch(url + "/v1/messages", { method: "POST", body, headers: { "x-api-key": token } });
  if (response.status !== 200) throw new Error(await response.text());
  let firstMs;
  for await (const piece of response.body) firstMs ??= performance.now() - startedAt;
  return { firstMs, wholeMs: performance.now() - startedAt };
};
for (let warm = 0; warm < 10; warm += 1) await ask();
const seen = [];
while (seen.length < Number(calls)) seen.push(await ask());
console.log(JSON.stringify(seen));
`;

interface Call {
  readonly firstMs: number;
  readonly wholeMs: number;
}

/** A provider on the loopback that answers at once, so that all there is to measure is the way to it. */
async function openProvider(): Promise<AsyncDisposable & { readonly url: string }> {
  const usage = { input_tokens: 10, output_tokens: 5 };
  const events = [
    { type: "message_start", message: { usage } },
    { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Hi" } },
    { type: "message_delta", delta: { stop_reason: "end_turn" }, usage },
    { type: "message_stop" },
  ];
  const answer = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  const server = createServer((request, response) => {
    request.resume().once("end", () => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      for (const event of answer) response.write(event);
      response.end();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** The attempt whose budget the calls are booked on, claimed as its runner would. */
async function claimAttempt(app: App, { project, tasks }: PublishedSpec): Promise<Attempt> {
  const readyAt = app.clock.now();
  await record(app, project.id, async (tx, emit) => {
    await app.admission.lock(tx);
    for (const task of tasks)
      emit(taskMoved(task, await app.tasks.move(tx, task, { move: "ready", patch: { readyAt } })));
    await admit(app, tx, emit);
  });
  const [admitted] = await app.attempts.inStates(["queued"]);
  if (admitted === undefined) throw new Error("Nothing was admitted");
  const claim = { id: admitted.id, jobId: admitted.jobId ?? "", at: readyAt };
  const claimed = await app.database.transaction((tx) => app.attempts.claim(tx, claim));
  if (claimed === null) throw new Error("The attempt could not be claimed");
  return claimed;
}

function gatewayTo(url: string): Gateway {
  const report = (error: unknown): void => console.error(error);
  return openGateway({
    upstreamOf: () => ({
      ...{ provider: "anthropic", name: model, baseUrl: `${url}/v1`, key: "bench", keySetting: "ANTHROPIC_API_KEY" },
    }),
    serve: createBridgeServer({
      relayPath: "/opt/agents/bridge/relay.mjs",
      nodePath: jailNode,
      ports: { [gatewaySocket]: 8787 },
    }),
    now: () => new Date(),
    onError: report,
  });
}

/** What every agent of the benchmark shares. */
interface Subject {
  readonly app: App;
  readonly published: PublishedSpec;
  readonly base: Base;
  readonly attempt: Attempt;
  readonly gateway: Gateway;
}

async function prepare(app: App, folder: string, url: string): Promise<Subject> {
  const repository = await GeneratedRepository.create(join(folder, "source"));
  const scenario: Scenario = { version: 1, model: {}, agent: [] };
  const published = await publishSpec(app, {
    ...{ repository: repository.path, count: 1, scenario, check: () => "true" },
  });
  const { project, spec } = published;
  const worth = await app.provider.probe();
  if (worth.isolation !== "full") throw new Error(`No jail starts here: ${worth.reason ?? "the probe gave no reason"}`);
  const base = await app.provider.prepareBase(
    {
      ...{ projectId: project.id, trust: "work", hubPath: app.hubPath(project.id), commit: spec.baseCommit },
      ...{ setupDigest: "bench", copyFiles: [], checkoutPath: null, install: null },
    },
    forever,
  );
  return { app, published, base, attempt: await claimAttempt(app, published), gateway: gatewayTo(url) };
}

function openSandbox({ app, published, base }: Subject, id: string): Promise<Sandbox> {
  const { project, spec } = published;
  return app.provider.open(
    {
      ...{ id, projectId: project.id, mode: "implementation", base, hubPath: app.hubPath(project.id), bridge: true },
      ...{ commit: spec.baseCommit, branch: `task/${id}`, env: {} },
    },
    forever,
  );
}

/** With the door alone: nothing is held or booked. */
function openFreeDoor({ gateway }: Subject, sandbox: Sandbox): Promise<Door> {
  return gateway.open({
    sandbox,
    model: `anthropic:${model}`,
    meter: (call) => Promise.resolve({ outputTokens: call.wantedOutputTokens, end: () => Promise.resolve() }),
    onStop: (why) => console.error(why),
  });
}

/** Reserved and settled in the database like any attempt's call. */
function openDoor({ app, published, attempt, gateway }: Subject, sandbox: Sandbox): Promise<Door> {
  const holder = { id: attempt.id, taskId: attempt.taskId, epoch: attempt.epoch };
  const subject = { specId: published.spec.id, attempt: holder, role: "agent" };
  return gateway.open({
    sandbox,
    model: `anthropic:${model}`,
    meter: ({ model: asked, promptDigest, ...call }) =>
      meterCall(app, { ...subject, model: asked, promptDigest }, call),
    onStop: (why) => console.error(why),
  });
}

/** Calls of both ways, in turns, so that whatever else the machine does hits both alike. */
async function compare(at: { readonly sandbox: Sandbox; readonly door: Door; readonly url: string; bytes: number }) {
  const program = ["--input-type=module", "-e", client];
  const [through, direct]: [Call[], Call[]] = [[], []];
  const sizes = [String(at.bytes), String(callsInRound)];
  for (let round = 0; round < rounds; round += 1) {
    const beside = await execute(process.execPath, [...program, at.url, "bench", ...sizes]);
    direct.push(...(JSON.parse(beside.stdout) as readonly Call[]));
    const { baseUrl, token } = at.door.access;
    const argv = [jailNode, ...program, baseUrl, token, ...sizes];
    const inside = await at.sandbox.run({ argv, timeoutMs: runLimitMs });
    if (inside.exitCode !== 0) throw new Error(`The calls in the jail failed: ${inside.stderr}`);
    through.push(...(JSON.parse(inside.stdout) as readonly Call[]));
  }
  return { through, direct };
}

function overheadFigures(name: string, { through, direct }: Awaited<ReturnType<typeof compare>>): readonly Figure[] {
  return (["firstMs", "wholeMs"] as const).map((moment) => {
    const around = new Samples(through.map((call) => call[moment]));
    const straight = new Samples(direct.map((call) => call[moment]));
    const text = (samples: Samples): string => `${rounded(samples.median)} ms (p99 ${rounded(samples.percentile(99))})`;
    return {
      what: `${name}: ${moment === "firstMs" ? "first byte" : "whole answer"}, p50 more than a direct call`,
      value: around.median - straight.median,
      unit: "ms",
      target: { atMost: 5 },
      beside: `through the gateway ${text(around)}, direct ${text(straight)}`,
    };
  });
}

/** What is left without the database: the relay, the socket, the checks and the request to the provider. */
async function measureFreeDoor(subject: Subject, url: string): Promise<readonly Figure[]> {
  await using sandbox = await openSandbox(subject, "free");
  await using door = await openFreeDoor(subject, sandbox);
  const [{ name, bytes }] = conversations;
  return overheadFigures(`${name}, nothing booked`, await compare({ sandbox, door, url, bytes }));
}

async function measureStarts(subject: Subject): Promise<Figure> {
  const times: number[] = [];
  for (let round = 0; round < starts; round += 1) {
    await using sandbox = await openSandbox(subject, `start-${String(round)}`);
    const startedAt = performance.now();
    await using _door = await openDoor(subject, sandbox);
    times.push(performance.now() - startedAt);
  }
  const samples = new Samples(times);
  return {
    what: "the gateway's part of an agent's start, p50",
    value: samples.median,
    unit: "ms",
    beside: `worst of ${String(starts)}: ${rounded(samples.worst)} ms; the relay in the jail is most of it`,
  };
}

async function run(log: (line: string) => void): Promise<Findings> {
  await using folder = await ScratchFolder.open();
  await using provider = await openProvider();
  await using app = await openApp(join(folder.path, "home"), { slots: 1 });
  try {
    log("preparing a jail");
    const subject = await prepare(app, folder.path, provider.url);
    await using sandbox = await openSandbox(subject, "calls");
    await using door = await openDoor(subject, sandbox);
    const figures: Figure[] = [];
    for (const { name, bytes } of conversations) {
      log(`${String(rounds * callsInRound)} calls each way: ${name}`);
      figures.push(...overheadFigures(name, await compare({ sandbox, door, url: provider.url, bytes })));
    }
    log("the same without booking");
    figures.push(...(await measureFreeDoor(subject, provider.url)));
    log(`${String(starts)} starts`);
    figures.push(await measureStarts(subject));
    return {
      figures,
      tables: [],
      notes: [
        `Through the gateway: from inside the jail over its relay and socket, with the budget reserved and settled in the database. Direct: the same program outside the jail, straight to the same provider on the loopback, which answers at once. An agent pauses ${String(pauseMs)} ms between two calls.`,
      ],
    };
  } finally {
    await app.queue.stop(queueStopMs);
  }
}

export const gatewayBench: Bench = {
  name: "gateway",
  title: "what the gateway adds to a model call and to an agent's start",
  run,
};
