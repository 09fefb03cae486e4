import { spawn } from "node:child_process";
import { once } from "node:events";
import type { CliEnvironment } from "../client/place.ts";

/** Opens an address in the person's browser; false when there is none here. */
export async function openInBrowser(url: string, env: CliEnvironment): Promise<boolean> {
  const isDesktop = process.platform === "darwin" || presence(env["DISPLAY"]) || presence(env["WAYLAND_DISPLAY"]);
  if (!isDesktop) return false;
  const opener = process.platform === "darwin" ? "open" : "xdg-open";
  const child = spawn(opener, [url], { env, stdio: "ignore", detached: true });
  child.unref();
  try {
    await once(child, "spawn");
    return true;
  } catch {
    // The opener is not installed, which is the same as no browser.
    return false;
  }
}

function presence(value: string | undefined): boolean {
  return value !== undefined && value !== "";
}
