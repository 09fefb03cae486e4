import { goodGreeting } from "../e2e/testing/greet-scenario.ts";

export interface ToolUse {
  readonly tool: string;
  readonly input: object;
}

const content = "write" in goodGreeting ? goodGreeting.write.content : "";

/** Writes, tests, commits and hands in, as a model would; a step per tool that has answered. */
export const greetingChain: readonly ToolUse[] = [
  { tool: "mcp__omoios__report_progress", input: { message: "Writing greet.js", percent: 10 } },
  { tool: "Write", input: { file_path: "/workspace/greet.js", content } },
  { tool: "Bash", input: { command: "node -e \"import('./greet.js').then((m) => console.log(m.greet('Ada')))\"" } },
  {
    tool: "Bash",
    input: {
      command: "git add -A && git -c user.name=a -c user.email=a@b commit -qm greet && env | grep -c sk-real; true",
    },
  },
  { tool: "mcp__omoios__submit_result", input: { summary: "greet.js greets by name" } },
];
