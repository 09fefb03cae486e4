import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/** A package registry with one package, `leftish`, and an npm that is configured to use it. */
export class LoopbackRegistry implements AsyncDisposable {
  readonly npmPath: string;
  readonly port: number;
  readonly #server: Server;

  private constructor(server: Server, npmPath: string) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    this.npmPath = npmPath;
  }

  static async open(folder: string): Promise<LoopbackRegistry> {
    mkdirSync(join(folder, "package"), { recursive: true });
    const manifest = {
      name: "leftish",
      version: "1.0.0",
      main: "main.js",
      scripts: { install: "node -e \"require('fs').writeFileSync('built', '')\"" },
    };
    writeFileSync(join(folder, "package", "package.json"), JSON.stringify(manifest));
    writeFileSync(join(folder, "package", "main.js"), "module.exports = (text) => `< ${text}`;\n");
    execFileSync("tar", ["-czf", join(folder, "leftish.tgz"), "-C", folder, "package"]);
    const tarball = readFileSync(join(folder, "leftish.tgz"));
    const integrity = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
    const server = createServer((incoming, response) => {
      const { port } = server.address() as AddressInfo;
      const dist = { tarball: `http://127.0.0.1:${port}/leftish/-/leftish-1.0.0.tgz`, integrity };
      if (incoming.url?.endsWith(".tgz") === true) return response.end(tarball);
      if (incoming.url !== "/leftish") return response.writeHead(404).end("{}");
      return response.end(
        JSON.stringify({
          name: "leftish",
          "dist-tags": { latest: "1.0.0" },
          versions: { "1.0.0": { ...manifest, hasInstallScript: true, dist } },
        }),
      );
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const npmPath = join(folder, "npm");
    const { port } = server.address() as AddressInfo;
    writeFileSync(npmPath, `#!/bin/sh\necho registry=http://127.0.0.1:${port}/\necho cafile=null\n`);
    chmodSync(npmPath, 0o755);
    return new LoopbackRegistry(server, npmPath);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }
}
