/** The parts of a task's page, by their name in the address. */
export const taskTabs = ["log", "diff", "conflict", "brief"] as const;
export type TaskTab = (typeof taskTabs)[number];
