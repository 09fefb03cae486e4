import { FaultError } from "@omoios/domain/shared/fault";
import { existsSync } from "node:fs";
import { join } from "node:path";

export const claudeSdk = "@anthropic-ai/claude-agent-sdk";

/** What `omoios agent install claude` installs. Not part of OmoiOS: its licence is its maker's, and so are its terms. */
export const claudePackages = { [claudeSdk]: "0.3.330", zod: "4.6.7" } as const;

/** Named to whoever installs it. */
export const claudeLicence =
  "© Anthropic PBC, all rights reserved; use is subject to Anthropic's legal terms (see LICENSE.md in its folder). It may send usage data; OmoiOS runs it without a network but for the model gateway.";

/** Where the parts of an installation are. */
export interface InstalledClaude {
  /** The SDK's entry, loaded on the host. */
  readonly sdkPath: string;
  /** The binary, bound into the jail. */
  readonly binaryPath: string;
}

/** The installation in an agents folder, or null. */
export function findClaude(agentsFolder: string): InstalledClaude | null {
  const modules = join(agentsFolder, "claude", "node_modules", "@anthropic-ai");
  const sdkPath = join(modules, "claude-agent-sdk", "sdk.mjs");
  const binaryPath = join(modules, `claude-agent-sdk-${process.platform}-${process.arch}`, "claude");
  return existsSync(sdkPath) && existsSync(binaryPath) ? { sdkPath, binaryPath } : null;
}

/** What a person has to do to have it. */
export function missingClaude(): FaultError {
  return new FaultError({
    kind: "invalid",
    message: "The agent claude is not installed",
    problems: [
      {
        at: "--agent",
        message: "claude is not installed here",
        fix: "Install it with: omoios agent install claude (about 400 MB), then start the server again",
      },
    ],
  });
}

/** What a person has to change for it to work with the agents' model. */
export function wrongWire(): FaultError {
  return new FaultError({
    kind: "invalid",
    message: "The agent claude cannot use the agents' model",
    problems: [
      {
        at: "models.agent",
        message: "claude speaks to models of Anthropic only",
        fix: "Set models.agent to anthropic:<name> in config.yaml, then start the server again",
      },
    ],
  });
}
