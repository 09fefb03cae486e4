import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

interface EmptyStateProps {
  readonly icon: LucideIcon;
  /** What is true. */
  readonly title: string;
  /** What will make it change. */
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

/** A list with nothing in it. */
export function EmptyState({ icon: Icon, title, children, action }: EmptyStateProps): ReactNode {
  return (
    <div className="empty" data-slot="empty-state">
      <Icon className="icon" aria-hidden />
      <p className="empty-title">{title}</p>
      {children !== undefined && <p>{children}</p>}
      {action}
    </div>
  );
}
