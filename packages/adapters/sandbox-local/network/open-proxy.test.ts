import { mkdtemp, rm } from "node:fs/promises";
import { createServer, request as httpRequest, type IncomingMessage, type Server } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { AllowedHost } from "@omoios/domain/sandbox/allow-list";
import { openProxy, proxySocketName, type Proxy } from "./open-proxy.ts";
import { isPrivateAddress } from "./private-address.ts";

let directory: string;
let registry: Server;
let port: number;
let asked: IncomingMessage[];
let lines: string[];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "omoios-proxy-"));
  registry = createServer((incoming, response) => {
    asked.push(incoming);
    if (incoming.url === "/large") response.end(Buffer.alloc(200_000));
    else response.end(`served ${String(incoming.url)}`);
  });
  registry.listen(0, "127.0.0.1");
  await once(registry, "listening");
  port = (registry.address() as AddressInfo).port;
});
beforeEach(() => {
  asked = [];
  lines = [];
});
afterAll(async () => {
  registry.close();
  registry.closeAllConnections();
  await rm(directory, { recursive: true });
});

const own = (): AllowedHost => ({ host: "127.0.0.1", port, mayBePrivate: true });

function open(allowed: readonly AllowedHost[], maxBytes = 1_000_000): Promise<Proxy> {
  return openProxy({ directory, owner: null, allowed, maxBytes, log: (line) => lines.push(line) });
}

async function get(url: string): Promise<{ readonly status: number | undefined; readonly body: string }> {
  const asking = httpRequest({ socketPath: join(directory, proxySocketName), path: url }).end();
  const [answer] = (await once(asking, "response")) as [IncomingMessage];
  return { status: answer.statusCode, body: await text(answer) };
}

/** The first line of the answer to CONNECT, and the socket. */
async function tunnel(place: string): Promise<{ readonly status: string; readonly socket: Socket }> {
  const socket = connect(join(directory, proxySocketName));
  socket.write(`CONNECT ${place} HTTP/1.1\r\nhost: ${place}\r\n\r\n`);
  const [answer] = (await once(socket, "data")) as [Buffer];
  return { status: String(answer).split("\r\n")[0] ?? "", socket };
}

test("what is allowed is reached, by plain HTTP and through a tunnel, and what was carried is told", async () => {
  {
    await using _proxy = await open([own()]);
    expect(await get(`http://127.0.0.1:${port}/is-odd?x=1`)).toEqual({ status: 200, body: "served /is-odd?x=1" });
    const { status, socket } = await tunnel(`127.0.0.1:${port}`);
    expect(status).toBe("HTTP/1.1 200 Connection established");
    socket.write("GET /through HTTP/1.0\r\n\r\n");
    expect(await text(socket)).toContain("served /through");
  }
  expect(lines[0]).toBe(`network: 127.0.0.1:${port} allowed (127.0.0.1)`);
  expect(lines.at(-1)).toMatch(new RegExp(`^network: 127\\.0\\.0\\.1:${port} 2 connections, \\d+ bytes$`));
});

test("everything else is refused, named once, and never asked", async () => {
  await using proxy = await open([own()]);
  const elsewhere = `127.0.0.1:${port + 1}`;
  expect(await get(`http://${elsewhere}/`)).toMatchObject({ status: 403 });
  expect((await tunnel(elsewhere)).status).toBe("HTTP/1.1 403 Forbidden");
  expect((await tunnel("evil.example:443")).status).toBe("HTTP/1.1 403 Forbidden");
  expect((await get("/is-odd")).status).toBe(400);
  expect((await get("ftp://127.0.0.1/x")).status).toBe(400);
  expect([...proxy.refused]).toEqual([elsewhere, "evil.example:443"]);
  expect(lines).toEqual([
    `network: ${elsewhere} refused: it is not on the allow list`,
    "network: evil.example:443 refused: it is not on the allow list",
  ]);
  expect(asked).toEqual([]);
});

test("an allowed name that leads inside this network is refused", async () => {
  await using proxy = await open([{ host: "localhost", port, mayBePrivate: false }]);
  expect((await get(`http://localhost:${port}/`)).status).toBe(403);
  expect([...proxy.refused]).toEqual([`localhost:${port}`]);
  expect(lines[0]).toMatch(/inside this network/);
});

test("headers meant for the proxy stay here, and a forged host goes nowhere else", async () => {
  await using _proxy = await open([own()]);
  const headers = { host: "evil.example", "proxy-authorization": "Basic eA==", accept: "x/y" };
  const path = `http://127.0.0.1:${port}/`;
  const asking = httpRequest({ socketPath: join(directory, proxySocketName), path, headers }).end();
  await once(asking, "response");
  expect(asked[0]?.headers).toMatchObject({ host: `127.0.0.1:${port}`, accept: "x/y" });
  expect(asked[0]?.headers).not.toHaveProperty("proxy-authorization");
});

test("everything is cut once the limit is reached", async () => {
  await using proxy = await open([own()], 50_000);
  await expect(get(`http://127.0.0.1:${port}/large`)).rejects.toThrow();
  expect(proxy.exhausted.aborted).toBe(true);
  await expect(get(`http://127.0.0.1:${port}/`)).rejects.toThrow();
  expect(lines).toContain("network: cut after 50000 bytes");
});

test.each([
  "10.1.2.3",
  "127.0.0.1",
  "169.254.169.254",
  "192.168.0.1",
  "::1",
  "::ffff:10.0.0.1",
  "fe80::1%eth0",
  "fd00::1",
])("%s is inside", (address) => {
  expect(isPrivateAddress(address)).toBe(true);
});
test.each(["93.184.216.34", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8"])("%s is outside", (address) => {
  expect(isPrivateAddress(address)).toBe(false);
});
