import type { MoveTable } from "../shared/moves.ts";

/** How much a sandbox holds back what runs in it. `partial` and `none` are always shown, never silently used. */
export const isolations = ["none", "partial", "full"] as const;
export type Isolation = (typeof isolations)[number];

/** exploration: read-only. implementation: full, commits. validation: writable scratch, nothing leaves. */
export const modes = ["exploration", "implementation", "validation"] as const;
export type Mode = (typeof modes)[number];

export const sandboxStates = ["opening", "open", "closed", "destroyed"] as const;
export type SandboxState = (typeof sandboxStates)[number];
export type SandboxMove = "opened" | "closed" | "reopen" | "destroy";

/** A closed sandbox keeps its HOME and writable layer until it is destroyed; reopening is a new jail over them. */
export const sandboxMoves = {
  opening: { opened: "open", destroy: "destroyed", reopen: "opening" },
  open: { closed: "closed", destroy: "destroyed", reopen: "opening" },
  closed: { reopen: "opening", destroy: "destroyed" },
  destroyed: {},
} as const satisfies MoveTable<SandboxState, SandboxMove>;
