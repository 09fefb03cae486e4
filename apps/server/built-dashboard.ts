import { access } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../dashboard/dist", import.meta.url));

/** Folder of the built dashboard, or null when nobody built it: the server then has its API only. */
export async function builtDashboard(): Promise<string | null> {
  try {
    await access(join(folder, "index.html"));
    return folder;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}
