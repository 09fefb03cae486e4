/**
 * The inner end of the bridge: a jail has no network but its own loopback, so agents speak HTTP to these ports, and every
 * connection is carried to the socket outside that belongs to its port. Runs inside a jail on a bare Node.
 */
import { once } from "node:events";
import { connect, createServer } from "node:net";

/** Each argument is PORT=SOCKET. A socket nobody listens on yet refuses its connections. */
const routes = process.argv.slice(2).map((route) => route.split("=") as [string, string]);

async function carry(port: string, socketPath: string): Promise<void> {
  const server = createServer({ allowHalfOpen: true }, (inner) => {
    const outer = connect({ path: socketPath, allowHalfOpen: true });
    inner.pipe(outer).pipe(inner);
    // Either end may go at any time; the other one then learns it.
    inner.on("error", () => outer.destroy()).on("close", () => outer.destroy());
    outer.on("error", () => inner.destroy()).on("close", () => inner.destroy());
  });
  server.listen(Number(port), "127.0.0.1");
  await once(server, "listening");
}

Promise.all(routes.map(([port, socketPath]) => carry(port, socketPath))).then(
  () => console.log("listening"),
  (error: unknown) => {
    console.error(`relay: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  },
);
