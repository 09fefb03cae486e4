import type { ComponentProps, ReactNode } from "react";

/** What scrolls by itself has to be reachable, or a keyboard cannot scroll it. */
const reachable = { tabIndex: 0 } as const;

interface OutputTextProps {
  readonly text: ReactNode;
  readonly className?: string;
}

/** What a program printed, or any other text whose lines are kept. */
export function OutputText({ text, className = "output" }: OutputTextProps): ReactNode {
  return (
    <pre {...reachable} className={className}>
      {text}
    </pre>
  );
}

/** A part of a page that scrolls by itself; one with a label is a landmark. */
export function Scroller({ label, ...props }: ComponentProps<"section"> & { readonly label?: string }): ReactNode {
  return <section {...reachable} {...props} aria-label={label} />;
}
