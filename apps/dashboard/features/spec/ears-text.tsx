import type { ReactNode } from "react";

const keywords = /\b(WHEN|WHILE|WHERE|IF|THEN|SHALL(?: NOT)?)\b/u;

/** An EARS statement with its keywords set off. */
export function EarsText({ text }: { readonly text: string }): ReactNode {
  return (
    <span className="ears">
      {text.split(keywords).map((part, place) => (place % 2 === 1 ? <b key={place}>{part}</b> : part))}
    </span>
  );
}
