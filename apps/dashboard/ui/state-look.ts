import {
  agentWords,
  attemptWords,
  conflictWords,
  specWords,
  taskWords,
  type StateWord,
} from "@omoios/contract/state-words";
import type { AgentState, AttemptState } from "@omoios/domain/attempt/state";
import type { ConflictState } from "@omoios/domain/landing/conflict-state";
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
  CircleQuestionMark,
  CircleSlash,
  ClipboardCheck,
  FilePen,
  Flag,
  FlaskConical,
  GitMerge,
  GitMergeConflict,
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

/** How a state is shown: one icon, one word and one tone, wherever it is. */
export interface Look extends StateWord {
  readonly icon: LucideIcon;
  readonly turns?: true;
}

export const specLooks = {
  draft: { icon: FilePen, ...specWords.draft },
  planning: { icon: ListTree, ...specWords.planning },
  awaiting_approval: { icon: ClipboardCheck, ...specWords.awaiting_approval },
  executing: { icon: LoaderCircle, ...specWords.executing, turns: true },
  verifying: { icon: FlaskConical, ...specWords.verifying },
  in_review: { icon: GitPullRequest, ...specWords.in_review },
  merged: { icon: GitMerge, ...specWords.merged },
  closed: { icon: GitPullRequestClosed, ...specWords.closed },
  failed: { icon: OctagonX, ...specWords.failed },
  cancelled: { icon: CircleSlash, ...specWords.cancelled },
} as const satisfies Record<SpecStatus, Look>;

export const taskLooks = {
  pending: { icon: CircleDashed, ...taskWords.pending },
  ready: { icon: Circle, ...taskWords.ready },
  running: { icon: LoaderCircle, ...taskWords.running, turns: true },
  validating: { icon: FlaskConical, ...taskWords.validating },
  landing: { icon: GitMerge, ...taskWords.landing },
  complete: { icon: CircleCheck, ...taskWords.complete },
  retrying: { icon: RotateCcw, ...taskWords.retrying },
  blocked: { icon: Hand, ...taskWords.blocked },
  failed: { icon: OctagonX, ...taskWords.failed },
  cancelled: { icon: CircleSlash, ...taskWords.cancelled },
} as const satisfies Record<TaskStatus, Look>;

export const attemptLooks = {
  queued: { icon: CircleDashed, ...attemptWords.queued },
  provisioning: { icon: Box, ...attemptWords.provisioning },
  working: { icon: LoaderCircle, ...attemptWords.working, turns: true },
  collecting: { icon: PackageCheck, ...attemptWords.collecting },
  proving: { icon: FlaskConical, ...attemptWords.proving },
  landed: { icon: GitMerge, ...attemptWords.landed },
  rejected: { icon: Undo2, ...attemptWords.rejected },
  failed: { icon: OctagonX, ...attemptWords.failed },
  lost: { icon: Unplug, ...attemptWords.lost },
  cancelled: { icon: CircleSlash, ...attemptWords.cancelled },
  finished: { icon: Check, ...attemptWords.finished },
  parked: { icon: CirclePause, ...attemptWords.parked },
} as const satisfies Record<AttemptState, Look>;

export const agentLooks = {
  starting: { icon: CircleDotDashed, ...agentWords.starting },
  active: { icon: Activity, ...agentWords.active },
  idle: { icon: CirclePause, ...agentWords.idle },
  stuck: { icon: Hourglass, ...agentWords.stuck },
  waiting: { icon: CircleQuestionMark, ...agentWords.waiting },
  finished: { icon: Flag, ...agentWords.finished },
  failed: { icon: OctagonX, ...agentWords.failed },
} as const satisfies Record<AgentState, Look>;

export const conflictLooks = {
  open: { icon: GitMergeConflict, ...conflictWords.open },
  resolving: { icon: LoaderCircle, ...conflictWords.resolving, turns: true },
  with_person: { icon: Hand, ...conflictWords.with_person },
  resolved: { icon: GitMerge, ...conflictWords.resolved },
  dropped: { icon: CircleSlash, ...conflictWords.dropped },
} as const satisfies Record<ConflictState, Look>;
