/**
 * Named places a run passes, so that a test can stop the process exactly there. In production passing one does nothing.
 */
export interface Checkpoints {
  /** For example `attempt:work:done`, in the attempt with this number. */
  pass(name: string, attempt: number): Promise<void>;
}
