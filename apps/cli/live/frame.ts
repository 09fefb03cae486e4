import { cells } from "../render/columns.ts";

const begin = "\u001b[?2026h";
const end = "\u001b[?2026l";
const reset = "\u001b[0m";
const eraseRest = "\u001b[K";

/**
 * What turns one frame on the screen into the next: only lines that differ are written, all of them in one synchronised
 * update, so that no half of a frame is ever seen. Null draws on an empty screen.
 */
export function frameUpdate(
  shown: readonly string[] | null,
  next: readonly string[],
  size: { readonly columns: number; readonly rows: number },
): string {
  const changes = Array.from({ length: size.rows }, (_, row) => {
    const line = next[row] ?? "";
    if (shown !== null && (shown[row] ?? "") === line) return "";
    // At the last column an erase would take the last character with it.
    const rest = cells(line) < size.columns ? eraseRest : "";
    return `\u001b[${row + 1};1H${line}${reset}${rest}`;
  }).join("");
  return changes === "" ? "" : `${begin}${changes}${end}`;
}
