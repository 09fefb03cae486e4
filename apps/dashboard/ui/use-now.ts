import { useSyncExternalStore } from "react";
import { useLive } from "../live/live-store.ts";

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let second = Math.floor(Date.now() / 1000);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    second = Math.floor(Date.now() / 1000);
    for (const each of listeners) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The server's time in ms, once a second: ages are then right whatever this machine's clock says. */
export function useServerNow(): number {
  const offset = useLive(({ clockOffsetMs }) => clockOffsetMs);
  return useSyncExternalStore(subscribe, () => second) * 1000 + offset;
}
