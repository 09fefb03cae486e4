/**
 * Runs a program in a jail that may reach a few hosts: its only way there is the proxy's socket outside, which this carries
 * to a port of the jail's own loopback. Arguments: port, socket, program…
 */
import { spawn } from "node:child_process";
import { connect, createServer } from "node:net";

const [port = "", socketPath = "", program = "", ...args] = process.argv.slice(2);

const server = createServer({ allowHalfOpen: true }, (inner) => {
  const outer = connect({ path: socketPath, allowHalfOpen: true });
  inner.pipe(outer).pipe(inner);
  inner.on("error", () => outer.destroy()).on("close", () => outer.destroy());
  outer.on("error", () => inner.destroy()).on("close", () => inner.destroy());
});
server.listen(Number(port), "127.0.0.1", () => {
  const child = spawn(program, args, { stdio: "inherit" });
  child.once("error", (error) => {
    console.error(error.message);
    process.exit(127);
  });
  // What it left running ends with the jail.
  child.once("exit", (exitCode) => process.exit(exitCode ?? 1));
});
