import type { Attempt } from "@omoios/domain/attempt/attempt";

/**
 * Named places a run passes, so that a test can stop the process exactly there. In production passing one does nothing.
 */
export interface Checkpoints {
  /** For example `attempt:work:done`, in an attempt of this kind and number. */
  pass(name: string, attempt: Pick<Attempt, "kind" | "number">): Promise<void>;
}
