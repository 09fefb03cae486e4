import type { ReactNode } from "react";

/** The mark: a ring and a lamp, which is lit only when something needs the person. */
export function Logo({ lit, size = 20 }: { readonly lit: boolean; readonly size?: number }): ReactNode {
  return (
    <svg className="logo" width={size} height={size} viewBox="0 0 20 20" data-lit={lit} aria-hidden>
      <circle className="logo-ring" cx="10" cy="10" r="8" />
      <circle className="logo-lamp" cx="10" cy="10" r="3.4" />
    </svg>
  );
}
