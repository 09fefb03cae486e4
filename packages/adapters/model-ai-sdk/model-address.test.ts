import { describe, expect, test } from "vitest";
import { addressOf, type ModelSettings } from "./model-address.ts";

const settings: ModelSettings = {
  keys: { anthropic: "sk-test-0123456789" },
  baseUrls: { anthropic: null },
  scriptedUrl: "http://127.0.0.1:1",
};

const resolve = (model: string, change: Partial<ModelSettings> = {}) => addressOf(model, { ...settings, ...change });

describe("a model", () => {
  test("of Anthropic is reached at the provider's own address with the key", () => {
    expect(resolve("anthropic:claude-sonnet-4-5")).toEqual({
      provider: "anthropic",
      name: "claude-sonnet-4-5",
      baseUrl: "https://api.anthropic.com/v1",
      key: "sk-test-0123456789",
      keySetting: "ANTHROPIC_API_KEY",
    });
  });

  test("that is scripted never sees the key", () => {
    expect(resolve("scripted")).toMatchObject({ provider: "scripted", baseUrl: "http://127.0.0.1:1", key: "scripted" });
  });

  test.each(["gpt-5", "openai:gpt-5", "anthropic:", "anthropic:a/../b", "anthropic:a b", ""])(
    "%j is unknown",
    (model) => {
      expect(() => resolve(model)).toThrow(/unknown/);
    },
  );

  test("without a key names the variable", () => {
    expect(() => resolve("anthropic:x", { keys: { anthropic: null } })).toThrow(/ANTHROPIC_API_KEY: is not set/);
    expect(() => resolve("anthropic:x", { keys: { anthropic: "" } })).toThrow(/ANTHROPIC_API_KEY: is not set/);
  });
});

describe("a base URL", () => {
  test.each([
    ["https://api.anthropic.com", "https://api.anthropic.com/v1"],
    ["https://proxy.example/anthropic/", "https://proxy.example/anthropic/v1"],
    ["https://proxy.example/v1/?x=1#y", "https://proxy.example/v1"],
    ["", "https://api.anthropic.com/v1"],
  ])("%j is reached at %s", (anthropic, baseUrl) => {
    expect(resolve("anthropic:x", { baseUrls: { anthropic } }).baseUrl).toBe(baseUrl);
  });

  test.each(["http://127.0.0.1:9/v1", "http://localhost:9", "http://[::1]:9"])("%s needs no key", (anthropic) => {
    expect(() => resolve("anthropic:x", { keys: { anthropic: null }, baseUrls: { anthropic } })).not.toThrow();
  });

  test.each(["http://10.0.0.1/v1", "http://localhost.example.com", "http://127.0.0.1.example.com"])(
    "%s needs a key",
    (anthropic) => {
      expect(() => resolve("anthropic:x", { keys: { anthropic: null }, baseUrls: { anthropic } })).toThrow(
        /needs a key/,
      );
    },
  );

  test.each(["ftp://x", "nonsense", "https://user:pass@example.com"])("%s is refused", (anthropic) => {
    expect(() => resolve("anthropic:x", { baseUrls: { anthropic } })).toThrow(/ANTHROPIC_BASE_URL/);
  });
});
