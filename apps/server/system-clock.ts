import type { Clock } from "@omoios/engine/ports/clock";

/** The longest a timer may be; Node fires a longer one at once. */
const longestTimerMs = 2_147_483_647;

export const systemClock: Clock = {
  now: () => new Date(),
  schedule(at, run) {
    let timer: NodeJS.Timeout;
    const arm = (): void => {
      const left = at.getTime() - Date.now();
      timer = left > longestTimerMs ? setTimeout(arm, longestTimerMs) : setTimeout(run, Math.max(0, left));
    };
    arm();
    return { [Symbol.dispose]: () => clearTimeout(timer) };
  },
};
