import { statfs } from "node:fs/promises";
import type { DiskSpace } from "@omoios/engine/ports/sandbox";

/** What is free where sandboxes are kept. */
export async function diskSpace(folder: string, leastBytes: number): Promise<DiskSpace> {
  const { bavail, bsize } = await statfs(folder);
  return { freeBytes: bavail * bsize, leastBytes };
}
