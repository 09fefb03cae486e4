import { apiPaths } from "@omoios/contract/http";
import { FaultError } from "@omoios/domain/shared/fault";
import { z } from "zod";
import type { Api } from "./api.ts";
import type { ApiParts } from "./api-parts.ts";

const okSchema = z.object({ ok: z.literal(true) });

/** For process supervisors: is the process alive, and may it be given work. */
export function addHealthRoutes(api: Api, parts: ApiParts): void {
  api.get(
    apiPaths.live,
    {
      config: { permission: "open" },
      schema: { summary: "The process is alive", tags: ["server"], security: [], response: { 200: okSchema } },
    },
    () => ({ ok: true as const }),
  );
  api.get(
    apiPaths.ready,
    {
      config: { permission: "open" },
      schema: { summary: "The server takes work", tags: ["server"], security: [], response: { 200: okSchema } },
    },
    () => {
      if (parts.isReady()) return { ok: true as const };
      throw new FaultError({ kind: "unavailable", message: "The server is starting or stopping", retryable: true });
    },
  );
}
