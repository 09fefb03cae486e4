import { create } from "zustand";

/** Whether this browser is signed in; `unknown` until the server was asked. */
export const useSession = create<{ readonly state: "unknown" | "signed-in" | "signed-out" }>(() => ({
  state: "unknown",
}));

export function setSession(state: "signed-in" | "signed-out"): void {
  useSession.setState({ state });
}
