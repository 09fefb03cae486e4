import type { StoredEvent } from "@omoios/contract/events";
import type { SpecView } from "@omoios/contract/http-spec";

/** The view of a spec as one event changes it, at once; whatever else the event changes is read again a moment later. */
export function specAfter(view: SpecView, event: StoredEvent): SpecView {
  if (event.specId !== view.id) return view;
  switch (event.type) {
    case "spec.moved":
      return { ...view, status: event.payload.to };
    case "spec.attention_raised":
      return { ...view, attention: event.payload.reason };
    case "spec.attention_cleared":
      return { ...view, attention: null };
    case "task.moved": {
      const { to: status, blockedReason } = event.payload;
      return withTask(view, event.taskId, { status, blockedReason });
    }
    case "agent.observed":
      return withTask(view, event.taskId, { agentState: event.payload.to });
    default:
      return view;
  }
}

function withTask(view: SpecView, taskId: string | null, change: Partial<SpecView["tasks"][number]>): SpecView {
  return { ...view, tasks: view.tasks.map((task) => (task.id === taskId ? { ...task, ...change } : task)) };
}
