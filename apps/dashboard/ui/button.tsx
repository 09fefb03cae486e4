import { Slot } from "radix-ui";
import type { ComponentProps, ReactNode } from "react";

interface ButtonProps extends ComponentProps<"button"> {
  /** `lamp` is for the one thing that waits for the person; at most one in a view. */
  readonly variant?: "outline" | "ghost" | "ink" | "lamp" | "danger";
  readonly size?: "normal" | "small" | "icon";
  /** Gives its look to its only child, such as a link. */
  readonly asChild?: boolean;
}

/** A button. What is being done already cannot be asked for again: pass `disabled` while it runs. */
export function Button({ variant = "outline", size = "normal", asChild = false, ...props }: ButtonProps): ReactNode {
  const Root = asChild ? Slot.Root : "button";
  const { className, ...rest } = props;
  const classes = className === undefined ? "button" : `button ${className}`;
  return (
    <Root
      data-slot="button"
      data-variant={variant}
      data-size={size}
      {...(asChild ? {} : { type: "button" as const })}
      {...rest}
      className={classes}
    />
  );
}
