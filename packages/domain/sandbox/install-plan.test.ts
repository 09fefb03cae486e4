import { describe, expect, test } from "vitest";
import { planInstall, type InstallSettings } from "./install-plan.ts";

const auto: InstallSettings = { install: "auto", scripts: false, copyFiles: [] };

function commands(files: Readonly<Record<string, string>>, settings: Partial<InstallSettings> = {}) {
  const plan = planInstall({ ...auto, ...settings }, new Map(Object.entries(files)));
  return plan?.steps.map(({ command }) => command) ?? null;
}

describe("auto", () => {
  test.each([
    [{ "package-lock.json": "{}" }, "npm ci --no-audit --no-fund --ignore-scripts"],
    [{ "npm-shrinkwrap.json": "{}" }, "npm ci --no-audit --no-fund --ignore-scripts"],
    [{ "pnpm-lock.yaml": "x" }, "pnpm install --frozen-lockfile --ignore-scripts"],
    [{ "yarn.lock": "# yarn lockfile v1" }, "yarn install --frozen-lockfile --non-interactive --ignore-scripts"],
    [{ "yarn.lock": "__metadata:\n" }, "yarn install --immutable --mode=skip-build"],
    [{ "bun.lock": "{}" }, "bun install --frozen-lockfile --ignore-scripts"],
    [
      { "package.json": '{"devDependencies":{"tape":"*"}}' },
      "npm install --no-package-lock --no-audit --no-fund --ignore-scripts",
    ],
    [{ "uv.lock": "x" }, "uv sync --frozen --no-build --no-install-project"],
    [{ "poetry.lock": "x" }, "POETRY_VIRTUALENVS_IN_PROJECT=true poetry install --no-interaction --no-root"],
    [
      { "requirements.txt": "flask" },
      "python3 -m venv .venv && .venv/bin/python -m pip install --only-binary=:all: -r requirements.txt",
    ],
    [{ "Cargo.lock": "x" }, "cargo fetch --locked"],
    [{ "go.sum": "x" }, "go mod download"],
  ])("%j", (files, command) => {
    expect(commands(files)).toEqual([command]);
  });

  test("the lock file counts, not the manifest beside it; one step for each language", () => {
    const files = { "package.json": '{"dependencies":{"a":"1"}}', "package-lock.json": "{}", "Cargo.lock": "x" };
    expect(commands(files)).toEqual(["npm ci --no-audit --no-fund --ignore-scripts", "cargo fetch --locked"]);
  });

  test("nothing to install is no plan", () => {
    expect(commands({})).toBeNull();
    for (const text of ["{}", "null", "not json", '{"dependencies":{}}', '{"dependencies":null}'])
      expect(commands({ "package.json": text })).toBeNull();
    expect(commands({ "requirements.txt": "\n" })).toBeNull();
  });

  test("what the person copies is not installed", () => {
    expect(commands({ "package-lock.json": "{}" }, { copyFiles: ["node_modules"] })).toBeNull();
    expect(commands({ "requirements.txt": "x" }, { copyFiles: [".venv"] })).toBeNull();
    expect(commands({ "go.sum": "x" }, { copyFiles: ["node_modules", ".venv"] })).toEqual(["go mod download"]);
  });

  test("packages run their own code only when that is asked for", () => {
    const scripts = { scripts: true };
    expect(commands({ "package-lock.json": "{}" }, scripts)).toEqual(["npm ci --no-audit --no-fund"]);
    expect(commands({ "yarn.lock": "__metadata:" }, scripts)).toEqual(["yarn install --immutable"]);
    expect(commands({ "uv.lock": "x" }, scripts)).toEqual(["uv sync --frozen"]);
    expect(commands({ "requirements.txt": "x" }, scripts)?.[0]).not.toContain("only-binary");
  });

  test("says what else the result needs", () => {
    const files = new Map([
      ["package-lock.json", "{}"],
      ["requirements.txt", "x"],
      ["Cargo.lock", "x"],
    ]);
    expect(planInstall(auto, files)).toMatchObject({
      registries: ["npm", "pypi", "crates"],
      folders: { CARGO_HOME: ".git/omoios/cargo" },
      paths: [".venv/bin"],
      decidedBy: ["package-lock.json", "requirements.txt", "Cargo.lock"],
    });
  });
});

test("none installs nothing", () => {
  expect(commands({ "package-lock.json": "{}" }, { install: "none" })).toBeNull();
});

test("a command of one's own runs as it is, with the registries of the languages that are there", () => {
  const settings = { ...auto, install: "make deps" };
  expect(planInstall(settings, new Map([["package-lock.json", "{}"]]))).toEqual({
    steps: [{ tool: null, command: "make deps" }],
    registries: ["npm"],
    folders: {},
    paths: [],
    decidedBy: ["package-lock.json"],
  });
  expect(planInstall(settings, new Map())?.registries).toEqual([]);
});
