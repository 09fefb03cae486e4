import type { ReactNode } from "react";
import type { Look } from "./state-look.ts";

interface StatusPillProps {
  readonly look: Look;
  /** Without its tint, for rows, nodes and cards. */
  readonly bare?: boolean;
  /** Instead of the look's own word: the verb in a narrow place, or a reason. */
  readonly word?: string;
}

/** A state: icon, word and tone, never one without the others. */
export function StatusPill({ look, bare = false, word }: StatusPillProps): ReactNode {
  const Icon = look.icon;
  return (
    <span className="pill" data-slot="status-pill" data-tone={look.tone} data-bare={bare || undefined}>
      <Icon className="icon" data-turns={look.turns} aria-hidden />
      {word ?? look.word}
    </span>
  );
}
