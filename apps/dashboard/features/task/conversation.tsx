import { apiPaths } from "@omoios/contract/http";
import { taskViewSchema, type MessageView, type TaskView } from "@omoios/contract/http-task";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, type ReactNode } from "react";
import { tell } from "../../api/ask.ts";
import { Button } from "../../ui/button.tsx";
import { formText, submitting } from "../../ui/form-text.ts";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { toast } from "../../ui/toasts.tsx";

const senders = { agent: "Its agent asked", person: "You said", policy: "Assumed, as nobody was there" } as const;

/** What the agents of a task asked and were told, and the way to say something to them. */
export function Conversation({ task }: { readonly task: TaskView }): ReactNode {
  const field = useId();
  const queries = useQueryClient();
  const isOver = task.status === "complete" || task.status === "cancelled";
  const asked = task.blockedReason === "question" ? task.messages.at(-1) : undefined;
  const send = useMutation({
    mutationFn: (text: string) => tell(apiPaths.taskMessages(task.id), taskViewSchema, { body: { text } }),
    onSuccess: async () => {
      toast("done", asked === undefined ? `Said to the agent of ${task.label}` : "Answered; its agent goes on");
      await queries.invalidateQueries();
    },
  });
  if (isOver && task.messages.length === 0) return null;
  const proposal = asked?.proposal ?? null;
  return (
    <section className="conversation" aria-label={`What was said about ${task.label}`}>
      {task.messages.length > 0 && (
        <ul>
          {task.messages.map((message) => (
            <Said key={message.number} message={message} />
          ))}
        </ul>
      )}
      {!isOver && (
        <form
          onSubmit={submitting((form, element) =>
            send.mutate(formText(form, "text"), { onSuccess: () => element.reset() }),
          )}
        >
          <label htmlFor={field} className="visually-hidden">
            {asked === undefined ? "Say something to its agent" : "Your answer"}
          </label>
          <input
            id={field}
            name="text"
            className="input"
            maxLength={4000}
            placeholder={asked === undefined ? "Say something to its agent" : "Your answer"}
            required
          />
          <Button type="submit" variant={asked === undefined ? "outline" : "lamp"} disabled={send.isPending}>
            {asked === undefined ? "Say it" : "Answer"}
          </Button>
          {proposal !== null && (
            <Button variant="outline" disabled={send.isPending} onClick={() => send.mutate(proposal)}>
              Let it do what it proposes
            </Button>
          )}
        </form>
      )}
      {send.isError && <ProblemNotice error={send.error} what="It was not said" />}
    </section>
  );
}

function Said({ message: { from, text, proposal, heardAt } }: { readonly message: MessageView }): ReactNode {
  return (
    <li>
      <span className="meta">{senders[from]}</span> {text}
      {proposal !== null && <span className="meta"> It would: {proposal}</span>}
      {from !== "agent" && heardAt === null && <span className="meta"> Not heard yet</span>}
    </li>
  );
}
