import { Check, Copy } from "lucide-react";
import { useState, type ReactNode } from "react";
import { Button } from "./button.tsx";

/** A command to run, with a button that copies it where the browser lets a page do that. */
export function Command({ text }: { readonly text: string }): ReactNode {
  const [copied, setCopied] = useState(false);
  const copy = (): void => {
    void navigator.clipboard.writeText(text).then(() => setCopied(true));
  };
  const Icon = copied ? Check : Copy;
  return (
    <div className="command">
      <code>{text}</code>
      {isSecureContext && (
        <Button variant="ghost" size="icon" aria-label={copied ? "Copied" : `Copy ${text}`} onClick={copy}>
          <Icon className="icon" aria-hidden />
        </Button>
      )}
    </div>
  );
}
