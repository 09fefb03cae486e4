import { parseAllowedHost } from "@omoios/domain/sandbox/allow-list";
import { specSizes } from "@omoios/domain/spec/state";
import { z } from "zod";

const ms = (fallback: number, about: string) => z.int().min(1).max(604_800_000).default(fallback).describe(about);
const unit = (fallback: number, about: string) => z.number().min(0).max(1).default(fallback).describe(about);

const usd = (about: string) => z.number().min(0).max(1_000_000).nullable().default(null).describe(about);
const tokens = (about: string) => z.int().min(0).max(1_000_000_000_000).nullable().default(null).describe(about);
const caps = (what: string) =>
  z
    .strictObject({
      usd: usd(`US dollars that ${what} may spend on models; null: no cap`),
      tokens: tokens(`Tokens that ${what} may use; null: no cap`),
    })
    .prefault({});
const perMillion = (about: string) => z.number().min(0).max(100_000).describe(about);

/** A relative path that stays inside the folder it starts from and does not touch git's own. */
const belowRepository = /^(?!\/)(?!(?:.*\/)?\.\.(?:\/|$))(?!(?:\.\/)*\.git(?:\/|$)).+$/;

const environmentName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/);

/** Every setting, with its default. `OMOIOS_HOME/config.yaml` and `<repo>/.omoios.yaml` hold parts of it. */
export const configSchema = z.strictObject({
  server: z
    .strictObject({
      bind: z.string().default("127.0.0.1").describe("Address the server listens on"),
      port: z.int().min(0).max(65_535).default(18_000).describe("Port the server listens on; 0 takes a free one"),
    })
    .prefault({}),
  scheduler: z
    .strictObject({
      slots: z.int().min(1).max(1000).default(4).describe("Attempts that may run at once, over all projects"),
      slotsPerProject: z.int().min(1).max(1000).default(3).describe("Attempts that may run at once in one project"),
      maxAttempts: z
        .int()
        .min(1)
        .max(20)
        .default(3)
        .describe("Attempts at a task before it is blocked with a question"),
      retryDelayMs: z.int().min(0).max(3_600_000).default(0).describe("Wait before the next attempt at a task"),
      score: z
        .strictObject({
          weights: z
            .strictObject({
              priority: unit(0.45, "Weight of the task's priority"),
              age: unit(0.2, "Weight of the waiting time"),
              deadline: unit(0.15, "Weight of a near deadline"),
              downstream: unit(
                0.15,
                "Weight of the chain that waits for the task, beside the longest left in its spec",
              ),
              fresh: unit(0.05, "Weight of not having been tried"),
            })
            .prefault({}),
          ageCeilingMs: ms(86_400_000, "Waiting time at which the age factor is 1"),
          deadlineWindowMs: ms(900_000, "Time before a deadline in which its factor rises to 1"),
          starvationAfterMs: ms(7_200_000, "Waiting time after which the starvation floor holds"),
          starvationFloor: unit(0.6, "Least score of a task that waited that long"),
        })
        .prefault({}),
    })
    .prefault({}),
  watch: z
    .strictObject({
      heartbeatMs: ms(30_000, "How often the runner beats for a live attempt"),
      staleMs: ms(90_000, "An attempt without a beat for this long is taken over"),
      idleMs: ms(300_000, "An agent silent for this long is nudged"),
      stuckMs: ms(300_000, "An agent silent this long after a nudge is restarted"),
      nudges: z.int().min(0).max(10).default(1).describe("Nudges before a restart"),
      attemptMs: ms(7_200_000, "The longest an agent may work in one attempt"),
    })
    .prefault({}),
  planning: z
    .strictObject({
      gateTries: z.int().min(1).max(10).default(3).describe("Tries at a phase before a person is asked"),
      evaluate: z
        .array(z.enum(specSizes))
        .default(["full"])
        .describe("Sizes whose phases a model scores against the written standards, after the rules of the gate"),
      threshold: unit(0.7, "Least mean score with which a phase passes"),
      floor: unit(0.4, "Least score of any one standard with which a phase passes"),
      approvals: z
        .array(z.enum(["requirements", "design"]))
        .default([])
        .describe("Phases that wait for a yes of their own, besides the plan"),
    })
    .prefault({}),
  proof: z
    .strictObject({
      checkTimeoutMs: ms(600_000, "The longest any check may take, whatever the plan says"),
      validatorCommands: z
        .int()
        .min(0)
        .max(50)
        .default(6)
        .describe("Commands the validator may have run on a candidate before it decides; 0: none"),
      validatorCommandTimeoutMs: ms(120_000, "The longest any of them may take"),
    })
    .prefault({}),
  landing: z
    .strictObject({
      maxFiles: z.int().min(1).max(100_000).default(500).describe("Files one task may change"),
      maxBytes: z.int().min(1).max(1_000_000_000).default(20_000_000).describe("Bytes one task may add"),
    })
    .prefault({}),
  discovery: z
    .strictObject({
      depth: z
        .int()
        .min(0)
        .max(10)
        .default(2)
        .describe(
          "How far from the plan: 1 for what agents of planned tasks find, 2 for what agents of those find; 0: always ask",
        ),
      perAttempt: z.int().min(0).max(100).default(3).describe("Reports of one attempt that are considered"),
      planShare: unit(
        0.3,
        "Discovered tasks, as a part of the planned ones, before a person is asked; one is always allowed",
      ),
      budgetShare: unit(0.15, "Part of a spec's budget that discovered tasks may use before a person is asked"),
    })
    .prefault({})
    .describe("How much work that agents find may be done without asking"),
  setup: z
    .strictObject({
      copyFiles: z
        .array(z.string().regex(belowRepository, "has to be a path inside the repository, without .. and not .git"))
        .default([])
        .describe(
          "Paths git does not track that a sandbox needs, copied from your checkout (for example node_modules)",
        ),
      env: z
        .record(environmentName, z.string())
        .default({})
        .describe("Environment of agents and checks; never a secret"),
      install: z
        .string()
        .min(1)
        .default("auto")
        .describe(
          "What gives a sandbox its dependencies: auto (by lock file or manifest), none, or a shell command; runs in a jail that reaches package registries alone",
        ),
      scripts: z
        .boolean()
        .default(false)
        .describe("True to let packages run code of their own while auto installs them"),
      timeoutMs: ms(600_000, "The longest set-up may take"),
      toolPaths: z
        .array(z.string())
        .nullable()
        .default(null)
        .describe(
          "Folders of tool chains outside /usr that sandboxes see and find first; null: those of nvm, volta, pyenv, rustup, Go and uv",
        ),
      network: z
        .strictObject({
          allow: z
            .array(z.string().refine((text) => parseAllowedHost(text) !== null, "has to be host, host:port or *.host"))
            .default([])
            .describe("Hosts set-up may reach beside package registries, as host, host:port or *.host"),
          maxBytes: z
            .int()
            .min(1)
            .max(1_000_000_000_000)
            .default(4_000_000_000)
            .describe("Bytes one set-up may carry over the network"),
        })
        .prefault({}),
    })
    .prefault({}),
  sandbox: z
    .strictObject({
      baseCacheBytes: z
        .int()
        .min(0)
        .max(100_000_000_000_000)
        .default(20_000_000_000)
        .describe("Bytes all bases together may take; the least recently used go first"),
      leastFreeBytes: z
        .int()
        .min(0)
        .max(100_000_000_000_000)
        .default(1_000_000_000)
        .describe("Bytes that have to be free on the disk before another attempt begins"),
    })
    .prefault({}),
  models: z
    .strictObject({
      default: z
        .string()
        .default("anthropic:claude-sonnet-4-5")
        .describe("Model of planner and validator, as provider:name (anthropic, openai or openai-compatible)"),
      agent: z
        .string()
        .default("anthropic:claude-sonnet-4-5")
        .describe(
          "Model agents ask, as provider:name (anthropic, openai or openai-compatible); any other is refused at the gateway",
        ),
      fallback: z
        .string()
        .nullable()
        .default(null)
        .describe(
          "Model the agent of a task asks after two failures of one kind, as provider:name; null: the same one",
        ),
      timeoutMs: z
        .int()
        .min(1000)
        .max(290_000)
        .default(280_000)
        .describe("How long planner and validator wait for one answer; above 300 s no answer would be heard"),
      maxOutputTokens: z
        .int()
        .min(1000)
        .max(200_000)
        .default(32_000)
        .describe("The longest answer planner and validator ask for; lower it for an endpoint that refuses so many"),
      jsonSchema: z
        .boolean()
        .default(true)
        .describe(
          "False for an openai-compatible endpoint that knows no response_format of type json_schema: it is told the schema in words",
        ),
      prices: z
        .record(
          z.string(),
          z.strictObject({
            input: perMillion("US dollars for a million tokens of input"),
            output: perMillion("US dollars for a million tokens of output"),
            cacheRead: perMillion("… of input read from the cache; default a tenth of input").optional(),
            cacheWrite: perMillion("… of input written to the cache; default 1.25 times input").optional(),
          }),
        )
        .default({})
        .describe("Prices of models the built-in table does not know, by provider:name"),
    })
    .prefault({}),
  budget: z
    .strictObject({
      attempt: caps("one attempt"),
      task: caps("all attempts at one task together"),
      spec: caps("one spec, unless it is given a budget of its own,"),
      day: caps("everything together in one day (UTC)"),
    })
    .prefault({}),
  agents: z
    .strictObject({
      default: z.string().nullable().default(null).describe("Agent when --agent is not given"),
      briefTokens: z
        .int()
        .min(2000)
        .max(200_000)
        .default(16_000)
        .describe("About how long what an agent is told may be; beyond it, what matters least is cut and named"),
      claude: z
        .strictObject({
          maxTurns: z
            .int()
            .min(1)
            .max(5000)
            .default(300)
            .describe("Answers of the model in one attempt; time and silence are limited by watch"),
        })
        .prefault({}),
      command: z
        .strictObject({
          argv: z.array(z.string()).min(1).describe("The program and its arguments, as seen in the sandbox"),
          brief: z
            .enum(["stdin", "file"])
            .default("stdin")
            .describe("How it is told: on standard input, or in the file named by OMOIOS_BRIEF"),
          env: z.record(environmentName, z.string()).default({}).describe("Its environment; never a secret"),
          models: z
            .boolean()
            .default(false)
            .describe(
              "True to give it the gateway's ANTHROPIC_BASE_URL, ANTHROPIC_API_KEY and ANTHROPIC_MODEL, or with models.agent of OpenAI's wire OPENAI_BASE_URL, OPENAI_API_KEY and OPENAI_MODEL",
            ),
        })
        .nullable()
        .default(null)
        .describe("Any program as an agent: exit code 0 says the work is done"),
    })
    .prefault({}),
});
export type Config = z.infer<typeof configSchema>;
/** A part of the configuration, as a file holds it. */
export type ConfigInput = z.input<typeof configSchema>;
