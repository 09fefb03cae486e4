import { createHash } from "node:crypto";
import type { Digest } from "@omoios/engine/ports/digest";

export const sha256: Digest = (text) => createHash("sha256").update(text).digest("hex");
