/**
 * The inner end of the bridge: a jail has no network but its own loopback, so agents speak HTTP to this port, and every
 * connection is carried to the gateway's socket outside. Runs inside a jail on a bare Node.
 */
import { connect, createServer } from "node:net";

const [port = "", socketPath = ""] = process.argv.slice(2);

const server = createServer({ allowHalfOpen: true }, (inner) => {
  const outer = connect({ path: socketPath, allowHalfOpen: true });
  inner.pipe(outer).pipe(inner);
  // Either end may go at any time; the other one then learns it.
  inner.on("error", () => outer.destroy()).on("close", () => outer.destroy());
  outer.on("error", () => inner.destroy()).on("close", () => inner.destroy());
});
server.on("error", (error) => {
  console.error(`relay: ${error.message}`);
  process.exit(1);
});
server.listen(Number(port), "127.0.0.1", () => console.log("listening"));
