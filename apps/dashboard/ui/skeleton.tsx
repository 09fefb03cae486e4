import type { ReactNode } from "react";

/** The shape of rows that are being read; it shows only when that takes longer than a blink. */
export function SkeletonRows({ rows = 3, label }: { readonly rows?: number; readonly label: string }): ReactNode {
  return (
    <output className="skeleton" data-slot="skeleton" aria-label={label}>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="skeleton-row">
          <i />
          <i />
        </div>
      ))}
    </output>
  );
}
