/** What people call things: `SPC-7`, `TKT-042`, `TSK-101`, and `XPL-7` for an exploration. Numbers are counted per project. */
const widths = { SPC: 1, TKT: 3, TSK: 3, XPL: 1, DSC: 1 } as const;

export type LabelPrefix = keyof typeof widths;

/** `label("TKT", 42)` is `TKT-042`. */
export function label(prefix: LabelPrefix, number: number): string {
  return `${prefix}-${String(number).padStart(widths[prefix], "0")}`;
}

/** The number of a label, leading zeros and letter case ignored; null when the text is not a label of that prefix. */
export function parseLabel(prefix: LabelPrefix, text: string): number | null {
  const match = /^([A-Za-z]{3})-0*([1-9][0-9]{0,8})$/.exec(text.trim());
  if (match?.[1]?.toUpperCase() !== prefix) return null;
  return Number(match[2]);
}
