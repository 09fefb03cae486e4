import type { ModelAccess } from "@omoios/engine/ports/gateway";
import type { AgentActivity, AgentRuntime, AgentSession, Assignment } from "@omoios/engine/ports/agent-runtime";
import type { Program, Sandbox } from "@omoios/engine/ports/sandbox";
import { ClaudeSession, userMessage } from "./claude-session.ts";
import { loadClaude, type UserMessage } from "./claude-sdk.ts";
import { claudePackages, claudeSdk, missingClaude, wrongWire, type InstalledClaude } from "./installed-claude.ts";
import { JailedProcess } from "./jailed-process.ts";
import { StartLine } from "./start-line.ts";
import { WaitingLine } from "./waiting-line.ts";

export interface ClaudeAgentOptions {
  /** Null when it is not installed. */
  readonly installed: InstalledClaude | null;
  /** The binary, as a path in the jail. */
  readonly jailPath: string;
  /** Answers of the model in one session; more end it. */
  readonly maxTurns: number;
  /** How many start at a time; one has started when its model has answered. */
  readonly startsAtOnce: number;
}

const goOn =
  "You were interrupted and go on now in the same tree; what you had done in it is still there. Look at where you stood, finish the task, and hand in your summary.";

/** What works in a jail without a network or anybody to ask. Its other tools only lengthen every request. */
const usefulTools = ["Bash", "Read", "Edit", "Write", "NotebookEdit"];
/** And in a tree that cannot be written. */
const readingTools = ["Bash", "Read"];

/** Claude Code: its binary works in the jail, driven over pipes by its SDK on this side. */
export function createClaudeAgent(options: ClaudeAgentOptions): AgentRuntime {
  const startLine = new StartLine(options.startsAtOnce);
  return {
    id: "claude",
    installed: options.installed === null ? null : { version: claudePackages[claudeSdk] },
    usesModels: true,
    reachesTools: "loopback",
    check: (wire) => {
      if (options.installed === null) return Promise.reject(missingClaude());
      return wire === "chat" ? Promise.reject(wrongWire()) : Promise.resolve();
    },
    whyNoExploration: () => Promise.resolve(null),
    start: async (assignment) => {
      const giveOn = await startLine.take(assignment.signal);
      try {
        return await start(assignment, { ...options, onStarted: giveOn });
      } catch (error) {
        giveOn();
        throw error;
      }
    },
  };
}

async function start(
  assignment: Assignment,
  options: ClaudeAgentOptions & { readonly onStarted: () => void },
): Promise<AgentSession> {
  const { sandbox, models, tools, brief, messages: told, signal } = assignment;
  if (options.installed === null) throw missingClaude();
  if (models === null) throw new Error("Claude was started without a way to its model");
  if (tools.url === null) throw new Error("Claude was started without a way to its tools");
  signal.throwIfAborted();
  const query = await loadClaude(options.installed.sdkPath);
  const isResumed = sandbox.adopted && (await hasSession(sandbox));
  const said = new WaitingLine<UserMessage>();
  const activity = new WaitingLine<AgentActivity>();
  said.add(userMessage([isResumed ? goOn : brief, ...told].join("\n\n")));
  let child: JailedProcess | null = null;
  let isKilled = false;
  let complaint = "";
  const messages = query({
    prompt: said,
    options: {
      cwd: sandbox.workspace,
      pathToClaudeCodeExecutable: options.jailPath,
      // The jail is the wall; asking a person nobody watches would only stop the work.
      permissionMode: "bypassPermissions",
      allowDangerouslySkipPermissions: true,
      settingSources: [],
      systemPrompt: { type: "preset", preset: "claude_code" },
      model: models.model,
      maxTurns: options.maxTurns,
      tools: assignment.kind === "exploration" ? readingTools : usefulTools,
      skills: [],
      env: environment(models),
      // Reached from inside, so that nothing is lost of them when a new jail resumes the session.
      mcpServers: { omoios: { type: "http", url: tools.url, alwaysLoad: true } },
      // Over its input: a command line can be read by everything in the jail.
      mcpServersDelivery: "initialize",
      // The sandbox's own id, so that nothing else has to be remembered about a session.
      ...(isResumed ? { resume: sandbox.id } : { sessionId: sandbox.id }),
      spawnClaudeCodeProcess: ({ command, args, env }) => {
        const hear = (text: string): void => {
          complaint = text.trim() === "" ? complaint : text.trim();
          activity.add({ stream: "stderr", text });
        };
        child = new JailedProcess(spawnInJail(sandbox, { argv: [command, ...args], env }), hear);
        if (isKilled) child.kill("SIGKILL");
        return child;
      },
    },
  });
  const kill = (): void => {
    isKilled = true;
    child?.kill("SIGKILL");
  };
  const { onStarted } = options;
  return new ClaudeSession({ said, activity, messages, kill, onStarted, complaint: () => complaint }, signal);
}

function spawnInJail(
  sandbox: Sandbox,
  asked: { readonly argv: readonly string[]; readonly env: Readonly<Record<string, string | undefined>> },
): Promise<Program> {
  const set = Object.entries(asked.env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return sandbox.spawn({ argv: asked.argv, env: Object.fromEntries(set), keepStdinOpen: true });
}

/** Built whole: the SDK gives its own environment to a process it is given none for. */
function environment(models: ModelAccess): Readonly<Record<string, string>> {
  return {
    PATH: "/opt/node/bin:/usr/local/bin:/usr/bin:/bin",
    HOME: "/home/agent",
    LANG: "C.UTF-8",
    ANTHROPIC_BASE_URL: models.baseUrl,
    ANTHROPIC_API_KEY: models.token,
    // Side calls go to models of its own choice otherwise, which the gateway would refuse.
    ANTHROPIC_SMALL_FAST_MODEL: models.model,
    ANTHROPIC_DEFAULT_HAIKU_MODEL: models.model,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    // Enough for a gateway that starts again; a refusal of the gateway ends the retries at once.
    CLAUDE_CODE_MAX_RETRIES: "4",
    API_TIMEOUT_MS: "600000",
    DISABLE_AUTOUPDATER: "1",
    // Its HOME ends with the attempt, so a memory would be kept for nobody.
    CLAUDE_CODE_DISABLE_AUTO_MEMORY: "1",
  };
}

/** Looked for from inside: nothing in a sandbox's HOME is read by the host. */
async function hasSession(sandbox: Sandbox): Promise<boolean> {
  const argv = ["/bin/sh", "-c", 'ls "$HOME"/.claude/projects/*/"$1".jsonl', "find", sandbox.id];
  return (await sandbox.run({ argv, timeoutMs: 20_000 })).exitCode === 0;
}
