import { CircleCheck, TriangleAlert, X } from "lucide-react";
import { useEffect, type ReactNode } from "react";
import { create } from "zustand";
import { Button } from "./button.tsx";

interface Toast {
  readonly id: number;
  readonly kind: "done" | "problem";
  readonly text: string;
}

const shownMs = 5000;
let newest = 0;
const useToasts = create<{ readonly toasts: readonly Toast[] }>(() => ({ toasts: [] }));

/** Says one line at the edge of the page, for five seconds. */
export function toast(kind: Toast["kind"], text: string): void {
  newest += 1;
  const added = { id: newest, kind, text };
  useToasts.setState(({ toasts }) => ({ toasts: [...toasts, added].slice(-3) }));
}

function dismiss(id: number): void {
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((each) => each.id !== id) }));
}

/** Where toasts appear. */
export function Toasts(): ReactNode {
  const toasts = useToasts(({ toasts: shown }) => shown);
  return (
    <output className="toasts">
      {toasts.map((each) => (
        <ToastLine key={each.id} {...each} />
      ))}
    </output>
  );
}

function ToastLine({ id, kind, text }: Toast): ReactNode {
  useEffect(() => {
    const timer = setTimeout(() => dismiss(id), shownMs);
    return () => clearTimeout(timer);
  }, [id]);
  const Icon = kind === "done" ? CircleCheck : TriangleAlert;
  return (
    <div className="toast" data-slot="toast" data-kind={kind}>
      <Icon className="icon" aria-hidden />
      <span>{text}</span>
      <Button variant="ghost" size="icon" aria-label="Dismiss" onClick={() => dismiss(id)}>
        <X className="icon" aria-hidden />
      </Button>
    </div>
  );
}
