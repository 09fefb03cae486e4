import type { MoveTable } from "../shared/moves.ts";

export const discoveryStates = ["inbox", "accepted", "dismissed"] as const;
export type DiscoveryState = (typeof discoveryStates)[number];
export type DiscoveryMove = "accept" | "dismiss";

/** Every discovery begins in the inbox; one that is within the limits leaves it at once. */
export const discoveryMoves = {
  inbox: { accept: "accepted", dismiss: "dismissed" },
  accepted: {},
  dismissed: {},
} as const satisfies MoveTable<DiscoveryState, DiscoveryMove>;
