import type { TaskView } from "@omoios/contract/http-task";

/** When a message to the agent of a task is heard depends on what the task is doing. */
export function heardText({ label, spec, status }: TaskView, wasAsked: boolean): string {
  if (wasAsked) return `Answered; its agent goes on. Watch it with: omoios run --resume ${spec}`;
  if (status === "running")
    return `Said. An agent that can hear while it works has it now, any other when it next starts.`;
  if (status === "blocked" || status === "failed")
    return `Kept for the next attempt. Start it with: omoios task retry ${label}`;
  return "Kept for its agent's next start.";
}
