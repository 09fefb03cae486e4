import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { main } from "../../../apps/server/all-in-one.ts";

/**
 * The server, with checkpoints: `killing-server.ts PASSED [PLAN]`. Every passage is written to PASSED before anything
 * else happens. With a PLAN, the first passage of each point in it ends the process with SIGKILL.
 */
const [passedPath, planPath] = process.argv.slice(2);
if (passedPath === undefined) throw new Error("Name the file that collects the passages");

function lines(path: string): ReadonlySet<string> {
  return new Set(
    existsSync(path)
      ? readFileSync(path, "utf8")
          .split("\n")
          .filter((line) => line !== "")
      : [],
  );
}

const plan = planPath === undefined ? new Set<string>() : lines(planPath);

await main({
  checkpoints: {
    pass: async (name, { kind, number }) => {
      const point = `${kind} ${number} ${name}`;
      const isFirst = !lines(passedPath).has(point);
      appendFileSync(passedPath, `${point}\n`);
      if (!isFirst || !plan.has(point)) return;
      process.kill(process.pid, "SIGKILL");
      await new Promise<never>(() => undefined);
    },
  },
});
