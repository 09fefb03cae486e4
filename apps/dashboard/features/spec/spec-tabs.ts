/** The parts of a spec's workspace, by their name in the address. */
export const specTabs = ["requirements", "design", "tasks", "execution", "review"] as const;
export type SpecTab = (typeof specTabs)[number];
