import { copyFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { configSchema } from "@omoios/contract/config";
import { parse } from "yaml";
import { z } from "zod";
import { spell } from "../render/ages.ts";
import { example } from "./example-repository.ts";

const record = z.record(z.string(), z.unknown());

/** One setting of the demo, and what it is elsewhere. */
export interface ChangedSetting {
  readonly name: string;
  readonly value: string;
  readonly usually: string;
}

/** Gives the demo's server the settings of the example; returns each that is not as delivered. */
export async function giveDemoConfig(home: string): Promise<readonly ChangedSetting[]> {
  await mkdir(home, { recursive: true, mode: 0o700 });
  await copyFile(example.config, join(home, "config.yaml"));
  const own = record.parse(parse(await readFile(example.config, "utf8")));
  return changes(own, configSchema.parse({}), []);
}

function changes(own: unknown, usual: unknown, path: readonly string[]): readonly ChangedSetting[] {
  const [ownPart, usualPart] = [record.safeParse(own), record.safeParse(usual)];
  if (!ownPart.success) {
    const name = path.join(".");
    return own === usual ? [] : [{ name, value: spelled(name, own), usually: spelled(name, usual) }];
  }
  return Object.entries(ownPart.data).flatMap(([name, value]) =>
    changes(value, usualPart.data?.[name], [...path, name]),
  );
}

function spelled(name: string, value: unknown): string {
  return name.endsWith("Ms") && typeof value === "number" ? spell(value) : JSON.stringify(value);
}
