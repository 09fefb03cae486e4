import type { ReactNode } from "react";
import { ageText } from "./ages.ts";
import { useServerNow } from "./use-now.ts";

/** How long ago something was, growing. */
export function Age({ since }: { readonly since: string }): ReactNode {
  const now = useServerNow();
  return <time dateTime={since}>{ageText(now - Date.parse(since))}</time>;
}
