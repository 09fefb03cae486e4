const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1000],
] as const;

/** A length of time for people, to its two largest units: `850 ms`, `4.2 s`, `5 min`, `1 h 30 min`. */
export function durationText(lengthMs: number): string {
  const whole = Math.max(0, Math.round(lengthMs));
  if (whole < 1000) return `${whole} ms`;
  if (whole < 10_000) return `${(Math.floor(whole / 100) / 10).toString()} s`;
  const first = units.findIndex(([, size]) => whole >= size);
  const parts = units.slice(first, first + 2).map(([name, size], index) => {
    const above = units[first + index - 1];
    const rest = index === 0 || above === undefined ? whole : whole % above[1];
    return { name, count: Math.floor(rest / size) };
  });
  return parts
    .filter(({ count }) => count > 0)
    .map(({ name, count }) => `${count} ${name}`)
    .join(" ");
}
