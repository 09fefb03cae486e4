/** The parts of a spec's workspace, by their name in the address. */
export const specTabs = ["requirements", "tasks"] as const;
export type SpecTab = (typeof specTabs)[number];
