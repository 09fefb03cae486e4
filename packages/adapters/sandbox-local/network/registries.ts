import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { parseAllowedHost, type AllowedHost } from "@omoios/domain/sandbox/allow-list";
import type { RegistryKind } from "@omoios/domain/sandbox/install-plan";
import { FaultError } from "@omoios/domain/shared/fault";
import { isAbsent } from "../absent-file.ts";

const execute = promisify(execFile);

const publicNpmRegistry = "https://registry.npmjs.org/";

/** Registries nobody configures elsewhere for us. */
const wellKnown: Readonly<Record<Exclude<RegistryKind, "npm">, readonly string[]>> = {
  yarn: ["registry.yarnpkg.com"],
  pypi: ["pypi.org", "files.pythonhosted.org"],
  crates: ["index.crates.io", "static.crates.io"],
  go: ["proxy.golang.org", "sum.golang.org"],
};

/** What npm on this machine is configured to use. Logins it has stay where they are. */
export interface NpmRegistry {
  readonly url: string;
  /** Certificates it trusts beyond the system's, as PEM. */
  readonly certificates: string | null;
}

/** Asks npm itself, away from any project's own configuration; without npm it is the public registry. */
export async function readNpmRegistry(npmPath: string): Promise<NpmRegistry> {
  const stdout = await askNpm(npmPath);
  const value = (name: string): string | null => {
    const text = new RegExp(`^${name}=(.*)$`, "m").exec(stdout)?.[1]?.trim() ?? "";
    return text === "" || text === "null" || text === "undefined" ? null : text;
  };
  const file = value("cafile");
  const url = value("registry") ?? publicNpmRegistry;
  return { url: withoutLogin(url), certificates: file === null ? null : await readFile(file, "utf8") };
}

async function askNpm(npmPath: string): Promise<string> {
  const args = ["config", "get", "registry", "cafile"];
  try {
    return (await execute(npmPath, args, { cwd: "/", timeout: 60_000 })).stdout;
  } catch (error) {
    if (isAbsent(error)) return "";
    throw error;
  }
}

/** The hosts these registries are at. */
export function registryHosts(kinds: readonly RegistryKind[], npm: NpmRegistry): readonly AllowedHost[] {
  return kinds.flatMap((kind) => {
    if (kind === "npm") return [npmHost(npm)];
    return wellKnown[kind].flatMap((host) => parseAllowedHost(host) ?? []);
  });
}

/** The person's npm goes there already, wherever it is: that is not for us to refuse. */
function npmHost({ url }: NpmRegistry): AllowedHost {
  const { hostname, port, protocol } = new URL(url);
  const standard = protocol === "http:" ? 80 : 443;
  return {
    host: hostname.replace(/^\[|\]$/g, ""),
    port: port === "" ? standard : Number(port),
    mayBePrivate: true,
  };
}

function withoutLogin(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new FaultError({
      kind: "unavailable",
      message: `npm's registry is configured as ${JSON.stringify(text)}, which is no web address.`,
      fix: "Mend it with: npm config set registry https://registry.npmjs.org/",
      retryable: false,
    });
  }
  url.username = "";
  url.password = "";
  return url.href;
}
