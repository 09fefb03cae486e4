/** A benchmark that can be run by name. */
export interface Bench {
  readonly name: string;
  readonly title: string;
  /** `log` tells the person at the terminal how far it is. */
  readonly run: (log: (line: string) => void) => Promise<Findings>;
}

/** What one run of a benchmark found. */
export interface Findings {
  readonly figures: readonly Figure[];
  /** Finer numbers that explain the figures. */
  readonly tables: readonly Table[];
  /** What a reader has to know to believe the figures. */
  readonly notes: readonly string[];
}

export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: Unit;
  /** The design's target, where it names one. */
  readonly target?: Target;
  /** What the value is compared with, measured in the same run. */
  readonly beside?: string;
}

export type Unit = "ms" | "s" | "MB" | "×" | "per s" | "bytes";
export type Target = { readonly atMost: number } | { readonly atLeast: number };

export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Whether a figure keeps its target; null when it has none. */
export function meets(figure: Figure): boolean | null {
  const { target, value } = figure;
  if (target === undefined) return null;
  return "atMost" in target ? value <= target.atMost : value >= target.atLeast;
}

export function targetText({ target, unit }: Figure): string {
  if (target === undefined) return "—";
  return "atMost" in target ? `≤ ${amount(target.atMost, unit)}` : `≥ ${amount(target.atLeast, unit)}`;
}

/** A number with its unit, in as many digits as a timing on a busy machine deserves. */
export function amount(value: number, unit: Unit): string {
  return unit === "×" ? `${rounded(value)}×` : `${rounded(value)} ${unit}`;
}

export function rounded(value: number): string {
  const size = Math.abs(value);
  if (size >= 100) return String(Math.round(value));
  if (size >= 10) return value.toFixed(1);
  return size >= 1 ? value.toFixed(2) : value.toFixed(3);
}

/** Timings of one thing, smallest first. */
export class Samples {
  readonly #sorted: readonly number[];

  constructor(values: readonly number[]) {
    if (values.length === 0) throw new RangeError("A benchmark measured nothing");
    this.#sorted = [...values].sort((left, right) => left - right);
  }

  get count(): number {
    return this.#sorted.length;
  }

  get median(): number {
    return this.percentile(50);
  }

  get worst(): number {
    return this.percentile(100);
  }

  /** The smallest sample that at least `percent` of all samples do not exceed. */
  percentile(percent: number): number {
    const place = Math.max(1, Math.ceil((percent / 100) * this.#sorted.length));
    return this.#sorted[place - 1] ?? Number.NaN;
  }
}

/** Milliseconds `action` takes. */
export async function timed(action: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await action();
  return performance.now() - startedAt;
}

/** Times `action` again and again, one after another. */
export async function timedRepeatedly(times: number, action: (round: number) => Promise<unknown>): Promise<Samples> {
  const values: number[] = [];
  for (let round = 0; round < times; round += 1) values.push(await timed(() => action(round)));
  return new Samples(values);
}
