import type { SubmitEvent } from "react";

/** What was written into a field of a form. */
export function formText(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
}

/** For `onSubmit`: unlike a form's action, this keeps what was written when the server refuses it. */
export function submitting(take: (form: FormData, element: HTMLFormElement) => void) {
  return (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    take(new FormData(event.currentTarget), event.currentTarget);
  };
}
