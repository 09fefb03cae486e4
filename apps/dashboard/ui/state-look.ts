import type { AgentState, AttemptState } from "@omoios/domain/attempt/state";
import type { SpecStatus } from "@omoios/domain/spec/state";
import type { TaskStatus } from "@omoios/domain/task/state";
import {
  Activity,
  Box,
  Check,
  Circle,
  CircleCheck,
  CircleDashed,
  CircleDotDashed,
  CirclePause,
  CircleSlash,
  ClipboardCheck,
  FilePen,
  Flag,
  FlaskConical,
  GitMerge,
  GitPullRequest,
  GitPullRequestClosed,
  Hand,
  Hourglass,
  ListTree,
  LoaderCircle,
  OctagonX,
  PackageCheck,
  RotateCcw,
  Undo2,
  Unplug,
  type LucideIcon,
} from "lucide-react";

/** What a colour means; `you` is kept for what waits for a person. */
export type Tone = "you" | "live" | "proof" | "good" | "watch" | "bad" | "quiet";

/** How a state is shown: one icon, one word and one tone, wherever it is. */
export interface Look {
  readonly icon: LucideIcon;
  readonly tone: Tone;
  readonly word: string;
  readonly turns?: true;
}

export const specLooks = {
  draft: { icon: FilePen, tone: "quiet", word: "Draft" },
  planning: { icon: ListTree, tone: "live", word: "Planning" },
  awaiting_approval: { icon: ClipboardCheck, tone: "you", word: "Awaiting approval" },
  executing: { icon: LoaderCircle, tone: "live", word: "Executing", turns: true },
  verifying: { icon: FlaskConical, tone: "proof", word: "Verifying" },
  in_review: { icon: GitPullRequest, tone: "you", word: "In review" },
  merged: { icon: GitMerge, tone: "good", word: "Merged" },
  closed: { icon: GitPullRequestClosed, tone: "quiet", word: "Closed" },
  failed: { icon: OctagonX, tone: "bad", word: "Failed" },
  cancelled: { icon: CircleSlash, tone: "quiet", word: "Cancelled" },
} as const satisfies Record<SpecStatus, Look>;

export const taskLooks = {
  pending: { icon: CircleDashed, tone: "quiet", word: "Pending" },
  ready: { icon: Circle, tone: "quiet", word: "Ready" },
  running: { icon: LoaderCircle, tone: "live", word: "Running", turns: true },
  validating: { icon: FlaskConical, tone: "proof", word: "Validating" },
  landing: { icon: GitMerge, tone: "live", word: "Landing" },
  complete: { icon: CircleCheck, tone: "good", word: "Complete" },
  retrying: { icon: RotateCcw, tone: "watch", word: "Retrying" },
  blocked: { icon: Hand, tone: "you", word: "Blocked" },
  failed: { icon: OctagonX, tone: "bad", word: "Failed" },
  cancelled: { icon: CircleSlash, tone: "quiet", word: "Cancelled" },
} as const satisfies Record<TaskStatus, Look>;

export const attemptLooks = {
  queued: { icon: CircleDashed, tone: "quiet", word: "Queued" },
  provisioning: { icon: Box, tone: "live", word: "Getting its sandbox" },
  working: { icon: LoaderCircle, tone: "live", word: "Working", turns: true },
  collecting: { icon: PackageCheck, tone: "live", word: "Collecting the changes" },
  proving: { icon: FlaskConical, tone: "proof", word: "Being proven" },
  landed: { icon: GitMerge, tone: "good", word: "Landed" },
  rejected: { icon: Undo2, tone: "bad", word: "Sent back" },
  failed: { icon: OctagonX, tone: "bad", word: "Failed" },
  lost: { icon: Unplug, tone: "bad", word: "Lost" },
  cancelled: { icon: CircleSlash, tone: "quiet", word: "Cancelled" },
  finished: { icon: Check, tone: "quiet", word: "Finished" },
  parked: { icon: CirclePause, tone: "watch", word: "Parked" },
} as const satisfies Record<AttemptState, Look>;

export const agentLooks = {
  starting: { icon: CircleDotDashed, tone: "live", word: "Starting" },
  active: { icon: Activity, tone: "live", word: "Active" },
  idle: { icon: CirclePause, tone: "quiet", word: "Idle" },
  stuck: { icon: Hourglass, tone: "watch", word: "Stuck" },
  finished: { icon: Flag, tone: "good", word: "Finished" },
  failed: { icon: OctagonX, tone: "bad", word: "Failed" },
} as const satisfies Record<AgentState, Look>;
