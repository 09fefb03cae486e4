import { eventTypes, type EventType, type StoredEvent } from "@omoios/contract/events";
import { apiPaths } from "@omoios/contract/http";
import { taskSummarySchema } from "@omoios/contract/http-task";
import { expect, test } from "vitest";
import { runCli } from "../../apps/cli/testing/run-cli.ts";
import { conflictScenario, dropsBoth, joins } from "./testing/conflict-scenario.ts";
import { changeOfMind } from "./testing/change-of-mind.ts";
import { runFeature } from "./testing/feature-run.ts";
import {
  claim,
  goodGreeting,
  greetScenario,
  met,
  ungatedPlan,
  wantsToSee,
  wrongGreeting,
} from "./testing/greet-scenario.ts";
import { prd, smallScenario } from "./testing/greetings-scenario.ts";
import { createRepository, git, Scratch } from "./testing/scratch.ts";
import { ServerProcess } from "./testing/server-process.ts";

/** One report more than an attempt is listened to, none with a check. */
const found = ["one", "two", "three", "four"].map((name) => ({
  discover: {
    title: `Fix ${name}`,
    description: "It is broken",
    why: "greet needs it",
    files: [`${name}.js`],
    criterion: `${name}() returns 1`,
  },
}));

/** A run with as much trouble as fits into one: plan refused, work wrong, agent stuck, change held, person asked. */
const troubled = greetScenario({
  badPlans: [ungatedPlan()],
  attempts: [
    [{ progress: { message: "Half of it", percent: 50 } }, wrongGreeting, claim],
    [...found, { say: "Thinking" }, { hang: true }, { hang: true }, { hang: true }],
    [goodGreeting, { write: { path: ".npmrc", content: "audit=false\n" } }, claim],
    [{ ask: { question: "Formal or not?" } }, goodGreeting, claim],
  ],
  verdicts: [met, met, met, wantsToSee, met],
});

test("every type of event happens, and the command line has words for each", async () => {
  await using scratch = await Scratch.create();
  const home = scratch.at("home");
  await scratch.write(
    "home/config.yaml",
    "watch: { heartbeatMs: 300, idleMs: 1500, stuckMs: 1000 }\nscheduler: { maxAttempts: 4 }\n",
  );
  await using server = await ServerProcess.start({ home });
  await workInTrouble(scratch, server);
  await workInConflict(scratch, home);
  await baseInMotion(scratch);
  await planOfAPerson(scratch, server);
  await changeOfMind(scratch, server);
  await projectsOfAPerson(scratch, server);

  const events = await server.events();
  const happened = new Set<EventType>(events.map((event) => event.type));
  const missing = eventTypes.filter((type) => !happened.has(type));
  expect(missing, `never happened: ${missing.join(", ")}`).toEqual([]);
  await expectRendered(home, events);
});

async function workInTrouble(scratch: Scratch, server: ServerProcess): Promise<void> {
  const home = scratch.at("home");
  const repository = await createRepository(scratch);
  const run = await runFeature({ scratch, home, repository, scenario: troubled });
  expect(run.code, run.stderr).toBe(5);

  const decide = async (...args: readonly string[]) => runCli(["discovery", ...args], { env: { OMOIOS_HOME: home } });
  expect((await decide("list")).stdout).toMatch(/DSC-1 .*For you to decide .*Fix one/u);
  const unproven = await decide("accept", "DSC-2");
  expect(unproven.code, unproven.stdout).toBe(2);
  expect(unproven.stderr).toContain("--check");
  const dismissed = await decide("dismiss", "DSC-1", "--reason", "not now", "--json");
  expect(JSON.parse(dismissed.stdout)).toMatchObject({ label: "DSC-1", state: "dismissed", reason: "not now" });
  const status = await runCli(["status"], { env: { OMOIOS_HOME: home } });
  expect(status.stdout).toContain("2 discoveries to decide");

  const retried = await runCli(["task", "retry", "TSK-001", "--json"], { env: { OMOIOS_HOME: home } });
  expect(retried.code, retried.stderr).toBe(0);
  await answerAgent(server, home);
  const end = await server.until((event) => event.type === "pull_request.opened");
  expect(end).not.toBeNull();
  const task = await server.client.get(apiPaths.task("TSK-001"), taskSummarySchema.loose());
  expect(task).toMatchObject({ status: "complete", attempts: 4 });
  const story = await runCli(["task", "show", "TSK-001"], { env: { OMOIOS_HOME: home } });
  expect(story.stdout).toMatch(/C1 +had run: grep name greet\.js:\s+exit 0[^]*To see: whether/u);
  const shown = await runCli(["pr", "show", "SPC-1"], { env: { OMOIOS_HOME: home } });
  expect(shown.stdout).toMatch(/Left for you[^]*DSC-2[^]*What agents came upon[^]*DSC-1[^]*not now/u);
}

/** The last attempt asks, and goes on with the answer. */
async function answerAgent(server: ServerProcess, home: string): Promise<void> {
  const cli = async (...args: readonly string[]) => runCli(args, { env: { OMOIOS_HOME: home } });
  await server.until((event) => event.type === "task.moved" && event.payload.blockedReason === "question");
  expect((await cli("status")).stdout).toMatch(
    /you +TSK-001 asks: Formal or not\?\s+Answer with: omoios answer TSK-001/u,
  );
  expect((await cli("answer", "TSK-001")).stdout).toContain("TSK-001 asks  Formal or not?");
  expect((await cli("task", "answer", "TSK-001", "--accept")).stderr).toContain("proposes nothing");
  expect((await cli("task", "retry", "TSK-001")).stderr).toContain("question");
  const answered = await cli("answer", "TSK-001", "No need");
  expect(answered.stdout, answered.stderr).toContain("Answered; its agent goes on");
}

/** Two tasks whose work conflicts; the first resolution loses lines. */
async function workInConflict(scratch: Scratch, home: string): Promise<void> {
  const repository = await createRepository(scratch, "conflict");
  const scenario = conflictScenario([dropsBoth, joins]);
  const run = await runFeature({ scratch, home, repository, scenario, args: ["--size", "light"] });
  expect(run.code, run.stderr).toBe(0);
}

/** The base branch of the conflict's repository moves on under an open pull request, which then is merged. */
async function baseInMotion(scratch: Scratch): Promise<void> {
  const repository = scratch.at("conflict");
  const pr = async (...args: readonly string[]) =>
    runCli(["pr", ...args, "SPC-1", "--project", repository], { env: { OMOIOS_HOME: scratch.at("home") } });
  await scratch.write("conflict/CHANGES.md", "Meanwhile\n");
  git(repository, "add", "--all");
  git(repository, "commit", "--quiet", "-m", "Say what changed");
  const base = git(repository, "rev-parse", "main");
  const early = await pr("merge");
  expect(early.code, early.stdout).toBe(2);
  expect(early.stderr).toContain("omoios pr refresh SPC-1");
  const refreshed = await pr("refresh");
  expect(refreshed.code, refreshed.stderr).toBe(0);
  expect(refreshed.stdout).toMatch(/main has moved on to [0-9a-f]+\. TSK-003 brings it in/u);
  const resumed = await runCli(["run", "--resume", "SPC-1", "--repo", repository], {
    env: { OMOIOS_HOME: scratch.at("home") },
  });
  expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
  const merged = await pr("merge");
  expect(merged.code, merged.stderr).toBe(0);
  expect(merged.stdout).toMatch(/Your repository was not\s+changed/u);
  expect(git(repository, "rev-parse", "main")).toBe(base);
}

/** Why a plan goes back: more than fits on a line, with a word no line can hold. */
const reason = `Keep what is there: every caller of src/${"deeply/".repeat(14)}version.js compares its text`;
const reworded = 'english("Ada") returns "Hello, Ada!" and english("Bob") returns "Hello, Bob!"';

/** Planning with every stop it can make and what a person can decide there; then without the person, on a budget. */
async function planOfAPerson(scratch: Scratch, server: ServerProcess): Promise<void> {
  const home = scratch.at("home");
  const repository = await createRepository(scratch, "asking", {
    ".omoios.yaml": "planning: { approvals: [requirements] }\n",
  });
  const scenario = await scratch.write("full.yaml", JSON.stringify(smallScenario()));
  const cli = async (...args: readonly string[]) => runCli(args, { env: { OMOIOS_HOME: home, OMOIOS_PORT: "0" } });
  const scripted = ["--agent", "scripted", "--model", "scripted", "--scenario", scenario, "--size", "full"];
  const request = ["run", "Greet in English", "--repo", repository, ...scripted];
  const asked = await cli(...request);
  expect(asked.code, asked.stdout + asked.stderr).toBe(5);
  const label = /SPC-\d+/u.exec(asked.stdout)?.[0] ?? "";
  const decide = async (args: readonly string[], code = 0) => {
    const run = await cli(...args, "--project", repository);
    expect(run.code, `${args.join(" ")}\n${run.stdout}${run.stderr}`).toBe(code);
  };
  const planOn = async () => decide(["run", "--resume", label, "--repo", repository], 5);

  await decide(["answer", label, "1=Formal"]);
  await planOn();
  await decide(["spec", "approve", label, "--phase", "requirements"]);
  await planOn();
  await decide(["spec", "reject", label, "--reason", reason]);
  await planOn();
  await decide(["spec", "edit", label, "REQ-1.1", reworded]);
  await decide(["spec", "cancel", label]);
  expect(decisions(await server.events(), label)).toEqual(decidedBySomebody(label));

  const poor = await cli(...request, "--yes", "--budget", "200tokens");
  expect(poor.code, poor.stdout + poor.stderr).toBe(4);
  const other = /SPC-\d+/u.exec(poor.stdout)?.[0] ?? "";
  await decide(["budget", other, "none"]);
  await decide(["run", "--resume", other, "--repo", repository]);
  expect(decisions(await server.events(), other)).toEqual(decidedByNobody(other));
}

/** A project whose specs are over goes out of the lists and comes back with what it had; a busy one stays. */
async function projectsOfAPerson(scratch: Scratch, server: ServerProcess): Promise<void> {
  const env = { OMOIOS_HOME: scratch.at("home") };
  const project = async (...args: readonly string[]) => runCli(["project", ...args], { env });
  const listed = async () => (await project("list")).stdout;
  const conflict = scratch.at("conflict");
  expect(await listed()).toMatch(/^project +repository +unfinished +added\n(.*\n)*conflict +.*conflict +0 /mu);

  expect((await project("remove", conflict)).stdout).toContain("no longer listed");
  expect(await listed()).not.toContain(conflict);
  expect((await project("remove", "conflict")).stderr).toContain("does not exist");
  expect((await runCli(["spec", "list", "--json"], { env })).stdout).not.toContain(conflict);
  expect((await project("add", conflict, "--json")).stdout).toContain(conflict);
  expect((await runCli(["spec", "show", "SPC-1", "--project", conflict], { env })).stdout).toContain("Merged");

  const wrong = await project("add", scratch.at("home"));
  expect(wrong.code, wrong.stdout).toBe(2);
  const file = await scratch.write("waits.yaml", JSON.stringify(greetScenario()));
  const scripted = ["--agent", "scripted", "--model", "scripted", "--scenario", file];
  const asked = await runCli(["run", "Greet", "--repo", conflict, ...scripted], { env });
  expect(asked.code, asked.stderr).toBe(5);
  const refused = await project("remove", "conflict");
  expect(refused.code, refused.stdout).toBe(2);
  expect(refused.stderr).toMatch(/SPC-2[^]*is unfinished[^]*omoios spec cancel SPC-2/u);
  expect((await server.events()).filter(({ type }) => type === "project.removed")).toHaveLength(1);
}

const questions = prd.questions.map(({ text, proposal }, index) => ({ number: index + 1, text, proposal }));
const [question] = prd.questions;

function decidedBySomebody(label: string): readonly unknown[] {
  const stale = ["DESIGN", "TASKS", "SYNC", "COMPLETE"];
  const answer = { number: 1, text: question?.text, answer: "Formal", by: "person" };
  return [
    { type: "questions.asked", payload: { label, questions } },
    { type: "question.answered", payload: { label, ...answer } },
    { type: "phase.approved", payload: { label, phase: "REQUIREMENTS", output: "REQUIREMENTS@1", by: "person" } },
    { type: "plan.rejected", payload: { label, phase: "TASKS", output: "TASKS@1", reason } },
    { type: "plan.edited", payload: { label, subject: "REQ-1.1", output: "REQUIREMENTS@2", stale } },
  ];
}

function decidedByNobody(label: string): readonly unknown[] {
  const answer = { number: 1, text: question?.text, answer: question?.proposal, by: "policy" };
  const tooLittle: unknown = expect.stringContaining("200 tokens");
  return [
    { type: "spec.paused", payload: { label, cause: "budget", reason: tooLittle } },
    { type: "spec.resumed", payload: { label, reason: expect.stringMatching(/\w/u) as unknown } },
    { type: "questions.asked", payload: { label, questions } },
    { type: "question.answered", payload: { label, ...answer } },
    { type: "phase.approved", payload: { label, phase: "REQUIREMENTS", output: "REQUIREMENTS@1", by: "policy" } },
  ];
}

const decisionTypes: readonly EventType[] = [
  "spec.paused",
  "spec.resumed",
  "questions.asked",
  "question.answered",
  "phase.approved",
  "plan.rejected",
  "plan.edited",
];

/** What was asked and decided about the plan of one spec, in its order. */
function decisions(events: readonly StoredEvent[], label: string): readonly unknown[] {
  return events.flatMap(({ type, payload }) =>
    decisionTypes.includes(type) && "label" in payload && payload.label === label ? [{ type, payload }] : [],
  );
}

async function expectRendered(home: string, events: readonly StoredEvent[]): Promise<void> {
  const env = { OMOIOS_HOME: home, COLUMNS: "80" };
  const json = await runCli(["events", "--json"], { env });
  expect(json.stdout.trimEnd().split("\n")).toHaveLength(events.length);
  const shown = await runCli(["events"], { env });
  expect(shown.code, shown.stderr).toBe(0);
  const lines = shown.stdout.trimEnd().split("\n");
  const first = lines.filter((line) => /^\s*\d+:\d\d/u.test(line));
  expect(first).toHaveLength(events.length);
  // Time, mark, subject and at least a word.
  expect(first.filter((line) => !/^\s*[\d:]+\s+\S+\s+\S+\s+\S/u.test(line))).toEqual([]);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
}
