import { agentStates, liveAttemptStates } from "@omoios/domain/attempt/state";
import { standings } from "@omoios/domain/proof/judge";
import { isolations } from "@omoios/domain/sandbox/state";
import { needKinds } from "@omoios/domain/spec/needs";
import { specStatuses } from "@omoios/domain/spec/state";
import { taskStatuses } from "@omoios/domain/task/state";
import { z } from "zod";
import { eventSchema, eventTypes } from "./events.ts";
import { goalSchema, progressSchema, specSummarySchema } from "./http-spec.ts";

export const eventQuerySchema = z.strictObject({
  after: z.coerce.number().int().min(0).default(0).describe("Position of the last event you have"),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
  type: z
    .string()
    .transform((text) => text.split(",").filter((part) => part !== ""))
    .pipe(z.array(z.enum(eventTypes)).min(1))
    .optional()
    .describe("Only events of these types, separated by commas"),
  spec: z.string().optional().describe("Only events of this spec: a uuid or a label"),
  project: z.string().optional().describe("The project the label belongs to"),
});

/** `next` is the `after` to ask with next, whether or not there are more events yet. */
export const eventPageSchema = z.object({ items: z.array(eventSchema), next: z.int(), latest: z.int() });

/** `?after=` of the live streams; without it they begin with what happens next. */
export const streamQuerySchema = z.strictObject({
  after: z.coerce.number().int().min(0).optional().describe("Replay what came after this position, then go on live"),
  spec: z.string().optional().describe("Only events of this spec: a uuid or a label"),
  project: z.string().optional().describe("The project the label belongs to"),
});

/** One WebSocket message, server to client. An SSE client gets each event as `id: <seq>`, `data: <event>`. */
export const streamMessageSchema = z.object({ type: z.literal("events"), events: z.array(eventSchema) });
export type StreamMessage = z.infer<typeof streamMessageSchema>;

/** Why the server closed a WebSocket. Reconnecting with `after=<last seq>` loses nothing. */
export const streamCloseCodes = {
  /** The server is stopping. */
  goingAway: 1001,
  /** A bug or a lost database; the log of the server says which. */
  failed: 1011,
  /** The reader did not keep up; the server does not buffer for it. */
  tooSlow: 4008,
} as const;

export const logQuerySchema = z.strictObject({
  offset: z.coerce.number().int().min(0).default(0).describe("`next` of the page before"),
  maxBytes: z.coerce.number().int().min(1).max(1_000_000).default(256_000),
  project: z.string().optional().describe("The project the label belongs to"),
});

export const specStandingSchema = z
  .object({
    spec: specSummarySchema,
    goal: goalSchema,
    tasks: z.array(z.object({ status: z.enum(taskStatuses), count: z.int() })),
    criteria: z.array(
      z.object({
        label: z.string(),
        text: z.string(),
        standing: z.enum(standings),
        met: z.boolean(),
        regressed: z.boolean().describe("Unmet now, and was met before"),
        why: z.string().nullable(),
      }),
    ),
    progress: progressSchema,
    needs: z
      .array(
        z.object({
          kind: z.enum(needKinds),
          text: z.string().nullable(),
          task: z.object({ id: z.uuid(), label: z.string(), title: z.string() }).nullable(),
        }),
      )
      .describe("What goes on only when a person does something, the most urgent first"),
    working: z
      .array(
        z.object({
          task: z.object({ id: z.uuid(), label: z.string(), title: z.string() }),
          attempt: z.int(),
          state: z.enum(liveAttemptStates),
          agentState: z.enum(agentStates),
          startedAt: z.iso.datetime().nullable(),
          beatAt: z.iso.datetime().nullable(),
        }),
      )
      .describe("Its live attempts"),
  })
  .meta({ id: "SpecStanding" });
export type SpecStanding = z.infer<typeof specStandingSchema>;

const sandboxStatusSchema = z.object({
  provider: z.string(),
  isolation: z.enum(isolations),
  layering: z.enum(["overlay", "clone"]),
  reason: z.string().nullable(),
  fix: z.string().nullable(),
});

export const statusSchema = z
  .object({
    version: z.string(),
    pid: z.int(),
    url: z.string(),
    home: z.string(),
    database: z.string().describe("What holds the state, for example embedded (PGlite)"),
    startedAt: z.iso.datetime(),
    uptimeMs: z.int(),
    configChanges: z
      .array(z.string())
      .describe(
        "Settings whose files were changed since the start; the server works with the old values until a restart",
      ),
    sandbox: sandboxStatusSchema,
    disk: z
      .object({ freeBytes: z.int(), leastBytes: z.int() })
      .describe("Free space where sandboxes are kept; below leastBytes no attempt begins"),
    slots: z.object({ held: z.int(), total: z.int() }),
    specs: z
      .array(z.object({ status: z.enum(specStatuses), count: z.int() }))
      .describe("How many specs are in each status"),
    attempts: z
      .array(z.object({ state: z.enum(liveAttemptStates), count: z.int() }))
      .describe("Live attempts by state"),
    inbox: z.int().describe("Discoveries that wait for a person"),
    lastEvent: z.int(),
    running: z.array(specStandingSchema).describe("Every spec that is not over, newest first"),
  })
  .meta({ id: "Status" });
export type StatusView = z.infer<typeof statusSchema>;

export const doctorFindingSchema = z
  .object({ name: z.string(), ok: z.boolean(), detail: z.string(), fix: z.string().nullable() })
  .meta({ id: "DoctorFinding" });
export type DoctorFinding = z.infer<typeof doctorFindingSchema>;
export const doctorSchema = z.object({ findings: z.array(doctorFindingSchema) });

export const configViewSchema = z
  .object({
    values: z.array(
      z.object({
        path: z.string().describe("For example scheduler.slots"),
        value: z.unknown(),
        source: z.string().describe("default, a file, an environment variable or a flag"),
      }),
    ),
    files: z.array(z.object({ path: z.string(), present: z.boolean() })),
    secrets: z
      .array(z.object({ name: z.string(), present: z.boolean() }))
      .describe("Whether a secret is set; never its value"),
  })
  .meta({ id: "Config" });
export type ConfigView = z.infer<typeof configViewSchema>;

export const signInLinkSchema = z
  .object({ url: z.string().describe("Opens the browser session; works once"), expiresAt: z.iso.datetime() })
  .meta({ id: "SignInLink" });

export const acceptedSchema = z.object({ accepted: z.literal(true) });
