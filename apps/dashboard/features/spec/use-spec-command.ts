import { specSummarySchema, type SpecSummary } from "@omoios/contract/http-spec";
import { useMutation, useQueryClient, type UseMutationResult } from "@tanstack/react-query";
import { tell } from "../../api/ask.ts";
import type { Reference } from "../../api/queries.ts";
import { toast } from "../../ui/toasts.tsx";

interface SpecCommand<Input> {
  readonly path: (id: string) => string;
  readonly body: (input: Input) => unknown;
  /** Said when it is done, such as "Approved". */
  readonly done: string;
  readonly onDone?: () => void;
}

/** One thing a person can do with a spec; whatever it changes is read again. */
export function useSpecCommand<Input = void>(
  { id, project }: Reference,
  command: SpecCommand<Input>,
): UseMutationResult<SpecSummary, Error, Input> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (input: Input) =>
      tell(command.path(id), specSummarySchema, { query: { project }, body: command.body(input) }),
    onSuccess: async () => {
      toast("done", command.done);
      command.onDone?.();
      await Promise.all([
        queries.invalidateQueries({ queryKey: ["spec"] }),
        queries.invalidateQueries({ queryKey: ["status"] }),
      ]);
    },
  });
}
