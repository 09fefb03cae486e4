import { X } from "lucide-react";
import { useEffect, useId, useRef, type ReactNode } from "react";
import { Button } from "./button.tsx";

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/**
 * A question in front of the page. The browser's own dialog: it moves the focus to its first field, holds it, closes with Escape and gives the focus back,
 * and unlike a library's it adds no style to the document, which the content security policy forbids.
 */
export function Dialog({ title, onClose, children }: DialogProps): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  // The event arrives late: by then the dialog may be open again.
  const closed = (): void => {
    if (dialog.current?.open !== true) onClose();
  };
  return (
    <dialog ref={dialog} className="dialog" data-slot="dialog" aria-labelledby={heading} onClose={closed}>
      <header>
        <h2 id={heading}>{title}</h2>
      </header>
      {children}
      <Button
        className="dialog-close"
        variant="ghost"
        size="icon"
        aria-label="Close"
        onClick={() => dialog.current?.close()}
      >
        <X className="icon" aria-hidden />
      </Button>
    </dialog>
  );
}
