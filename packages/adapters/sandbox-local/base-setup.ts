import { existsSync } from "node:fs";
import { chown, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FaultError } from "@omoios/domain/shared/fault";
import type { InstallStep } from "@omoios/domain/sandbox/install-plan";
import type { BaseInstall } from "@omoios/engine/ports/sandbox";
import type { Identity } from "./identities.ts";
import { jailEnvironment } from "./jail-environment.ts";
import { JailFailed, runJail } from "./jail-process.ts";
import { sealSetupScript } from "./jail-scripts.ts";
import { jailPaths, type Launcher, type Workspace } from "./launch.ts";
import { openProxy, proxySocketName, type Proxy } from "./network/open-proxy.ts";
import { readNpmRegistry, registryHosts, type NpmRegistry } from "./network/registries.ts";
import { removeTree } from "./remove-tree.ts";
import { shellQuote } from "./shell-quote.ts";
import { makeFolder } from "./state-folder.ts";

const proxyPort = 3128;
const systemCertificates = "/etc/ssl/certs/ca-certificates.crt";
const certificatesName = "certificates.pem";
const toolMissing = 97;
const tailLength = 3000;

export interface SetupRequest {
  readonly install: BaseInstall;
  /** The base that is being built, and the tree in it. */
  readonly draft: string;
  readonly tree: string;
  readonly identity: Identity | null;
  readonly log: (text: string) => void;
}

/**
 * Installs a project's dependencies into a base that is being built. What runs is the project's own code or its packages',
 * so it runs in a jail, whose only way out is the proxy.
 */
export class BaseSetup {
  readonly #launcher: Launcher;
  readonly #npmPath: string;

  constructor(parts: { readonly launcher: Launcher; readonly npmPath: string }) {
    this.#launcher = parts.launcher;
    this.#npmPath = parts.npmPath;
  }

  async run(request: SetupRequest, signal: AbortSignal): Promise<void> {
    const { draft, identity, install, log } = request;
    const bridge = join(draft, "network");
    const home = join(draft, "data", "home");
    await makeFolder(bridge, 0o711);
    await mkdir(home, { mode: 0o700 });
    if (identity !== null) await chown(home, identity.uid, identity.gid);
    try {
      const npm = await readNpmRegistry(this.#npmPath);
      if (npm.certificates !== null) await writeFile(join(bridge, certificatesName), npm.certificates, { mode: 0o644 });
      const allowed = [...registryHosts(install.registries, npm), ...install.allow];
      log(`set-up may reach: ${allowed.map(({ host, port }) => `${host}:${String(port)}`).join(", ") || "nothing"}\n`);
      await using proxy = await openProxy({
        ...{ directory: bridge, owner: identity, allowed, maxBytes: install.maxBytes },
        log: (line) => log(`${line}\n`),
      });
      await this.#install(request, { proxy, bridge, home, npm }, signal);
      await this.#seal(request, signal);
    } finally {
      await Promise.all([removeTree(home), removeTree(bridge)]);
    }
  }

  async #install(
    { tree, identity, install, log }: SetupRequest,
    parts: { readonly proxy: Proxy; readonly bridge: string; readonly home: string; readonly npm: NpmRegistry },
    signal: AbortSignal,
  ): Promise<void> {
    const environment = { ...jailEnvironment(this.#launcher.path, install), ...networkEnvironment(parts.npm) };
    const launch = this.#launcher.launch({
      ...{ identity, workspace: writable(tree), home: parts.home, reportsPid: true },
      extraBinds: [{ hostPath: parts.bridge, jailPath: jailPaths.bridge }],
      argv: [
        ...[jailPaths.node, jailPaths.withProxy, String(proxyPort), `${jailPaths.bridge}/${proxySocketName}`],
        ...["/usr/bin/env", ...Object.entries(environment).map(([name, value]) => `${name}=${value}`)],
        ...["/bin/sh", "-c", installScript(install.steps)],
      ],
    });
    const late = AbortSignal.timeout(install.timeoutMs);
    let said = "";
    const lines = new LineBuffer(log);
    try {
      await runJail({
        ...{ launch, purpose: "Set-up", signal: AbortSignal.any([signal, late, parts.proxy.exhausted]) },
        onOutput(text) {
          said = (said + text).slice(-tailLength);
          lines.add(text);
        },
      });
    } catch (error) {
      signal.throwIfAborted();
      const isCut = late.aborted || parts.proxy.exhausted.aborted;
      if (!isCut && !(error instanceof JailFailed)) throw error;
      throw setupFault({ error, said, install, proxy: parts.proxy, isLate: late.aborted });
    } finally {
      lines.end();
    }
  }

  /** What set-up made is neither the commit's nor the agent's work: git does not see it in any sandbox of this base. */
  async #seal({ tree, identity }: SetupRequest, signal: AbortSignal): Promise<void> {
    const argv = ["/bin/sh", "-c", sealSetupScript, "seal-set-up"];
    const plan = { identity, workspace: writable(tree), home: null, reportsPid: false, argv };
    await runJail({ launch: this.#launcher.launch(plan), purpose: "Tidying up after set-up", signal });
  }
}

/** Hands on whole lines, so that what two streams say does not mix within one. */
class LineBuffer {
  readonly #take: (lines: string) => void;
  #rest = "";

  constructor(take: (lines: string) => void) {
    this.#take = take;
  }

  add(text: string): void {
    const held = this.#rest + text;
    const whole = held.lastIndexOf("\n") + 1;
    if (whole > 0) this.#take(held.slice(0, whole));
    this.#rest = held.slice(whole);
  }

  end(): void {
    if (this.#rest !== "") this.#take(`${this.#rest}\n`);
    this.#rest = "";
  }
}

function writable(tree: string): Workspace {
  return { kind: "plain", path: tree, writable: true };
}

/** How programs find the proxy, the registry and whom to trust; nothing in it is secret. */
function networkEnvironment({ url, certificates }: NpmRegistry): Readonly<Record<string, string>> {
  const proxy = `http://127.0.0.1:${String(proxyPort)}`;
  const system = existsSync(systemCertificates) ? systemCertificates : null;
  const trusted = certificates === null ? system : `${jailPaths.bridge}/${certificatesName}`;
  return {
    ...(trusted === null ? {} : { NODE_EXTRA_CA_CERTS: trusted }),
    ...(system === null ? {} : { SSL_CERT_FILE: system, PIP_CERT: system, CARGO_HTTP_CAINFO: system }),
    ...{ http_proxy: proxy, https_proxy: proxy, HTTP_PROXY: proxy, HTTPS_PROXY: proxy },
    NODE_USE_ENV_PROXY: "1",
    ...{ npm_config_registry: url, npm_config_proxy: proxy, npm_config_https_proxy: proxy },
    ...{ npm_config_update_notifier: "false", PIP_DISABLE_PIP_VERSION_CHECK: "1", GOTOOLCHAIN: "local" },
    ...{ TMPDIR: `${jailPaths.home}/tmp`, CI: "true" },
  };
}

function installScript(steps: readonly InstallStep[]): string {
  const lines = steps.flatMap(({ tool, command }) => [
    ...(tool === null
      ? []
      : [
          `command -v ${shellQuote(tool)} >/dev/null || { echo ${shellQuote(tool)} >&2; exit ${String(toolMissing)}; }`,
        ]),
    `echo ${shellQuote(`$ ${command}`)}`,
    `/bin/sh -e -c ${shellQuote(command)}`,
  ]);
  return ["set -eu", 'mkdir -p "$TMPDIR"', ...lines].join("\n");
}

function setupFault(seen: {
  readonly error: unknown;
  readonly said: string;
  readonly install: BaseInstall;
  readonly proxy: Proxy;
  readonly isLate: boolean;
}): FaultError {
  const { error, proxy, install } = seen;
  const said = seen.said.trim();
  const exitCode = error instanceof JailFailed ? error.exitCode : null;
  const commands = install.steps.map(({ command }) => command).join("; ");
  const fault = (message: string, fix: string): FaultError =>
    new FaultError({ kind: "unavailable", message, fix, retryable: false }, { cause: error });
  if (exitCode === toolMissing) {
    const tool = said.split("\n").at(-1) ?? "";
    return fault(
      `Set-up needs ${tool}, which sandboxes do not find on this machine`,
      `Install ${tool}, name its folder in setup.toolPaths, or set setup.install to a command of your own or none`,
    );
  }
  if (proxy.exhausted.aborted)
    return fault(
      `Set-up carried more than ${String(install.maxBytes)} bytes over the network and was cut: ${commands}`,
      "Raise setup.network.maxBytes in config.yaml of OMOIOS_HOME",
    );
  if (seen.isLate)
    return fault(
      `Set-up took longer than ${String(install.timeoutMs)} ms: ${commands}\n${said}`,
      "Raise setup.timeoutMs, or set setup.install to a command that ends sooner",
    );
  const how = `Set-up failed (exit ${String(exitCode)}): ${commands}\n${said}`;
  const refused = [...proxy.refused];
  if (refused.length > 0)
    return fault(
      `${how}\nIt asked for ${refused.join(", ")}, which set-up may not reach`,
      `If it is needed, add ${refused.join(", ")} to setup.network.allow in config.yaml of OMOIOS_HOME`,
    );
  return fault(
    how,
    "Run the command in a fresh clone to see it fail; set setup.install to one that works there, setup.scripts if packages have to run code of their own, or setup.install: none",
  );
}
