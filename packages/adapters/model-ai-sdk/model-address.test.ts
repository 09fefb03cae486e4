import { describe, expect, test } from "vitest";
import { addressOf, type ModelSettings } from "./model-address.ts";

const settings: ModelSettings = {
  keys: { anthropic: "sk-test-0123456789", openai: "sk-open-0123456789" },
  baseUrls: { anthropic: null, openai: null },
  scriptedUrl: "http://127.0.0.1:1",
};

const noKeys = { anthropic: null, openai: null };

const resolve = (model: string, change: Partial<ModelSettings> = {}) => addressOf(model, { ...settings, ...change });

describe("a model", () => {
  test("of Anthropic is reached at the provider's own address with the key", () => {
    expect(resolve("anthropic:claude-sonnet-4-5")).toEqual({
      provider: "anthropic",
      name: "claude-sonnet-4-5",
      baseUrl: "https://api.anthropic.com/v1",
      key: "sk-test-0123456789",
      keySetting: "ANTHROPIC_API_KEY",
      urlSetting: "ANTHROPIC_BASE_URL",
    });
  });

  test("that is scripted never sees the key", () => {
    expect(resolve("scripted")).toMatchObject({ provider: "scripted", baseUrl: "http://127.0.0.1:1", key: "scripted" });
  });

  test.each([
    "gpt-5",
    "mistral:large",
    "toString:x",
    "openai:",
    "openai:../x",
    "anthropic:",
    "anthropic:a/../b",
    "anthropic:a b",
    "",
  ])("%j is unknown", (model) => {
    expect(() => resolve(model)).toThrow(/unknown/);
  });

  test("without a key names the variable", () => {
    expect(() => resolve("anthropic:x", { keys: noKeys })).toThrow(/ANTHROPIC_API_KEY: is not set/);
    expect(() => resolve("anthropic:x", { keys: { anthropic: "", openai: null } })).toThrow(
      /ANTHROPIC_API_KEY: is not set/,
    );
  });
});

describe("a base URL", () => {
  test.each([
    ["https://api.anthropic.com", "https://api.anthropic.com/v1"],
    ["https://proxy.example/anthropic/", "https://proxy.example/anthropic/v1"],
    ["https://proxy.example/v1/?x=1#y", "https://proxy.example/v1"],
    ["", "https://api.anthropic.com/v1"],
  ])("%j is reached at %s", (anthropic, baseUrl) => {
    expect(resolve("anthropic:x", { baseUrls: { anthropic, openai: null } }).baseUrl).toBe(baseUrl);
  });

  test.each(["http://127.0.0.1:9/v1", "http://localhost:9", "http://[::1]:9"])("%s needs no key", (anthropic) => {
    expect(() => resolve("anthropic:x", { keys: noKeys, baseUrls: { anthropic, openai: null } })).not.toThrow();
  });

  test.each(["http://10.0.0.1/v1", "http://localhost.example.com", "http://127.0.0.1.example.com"])(
    "%s needs a key",
    (anthropic) => {
      expect(() => resolve("anthropic:x", { keys: noKeys, baseUrls: { anthropic, openai: null } })).toThrow(
        /needs a key/,
      );
    },
  );

  test.each(["ftp://x", "nonsense", "https://user:pass@example.com"])("%s is refused", (anthropic) => {
    expect(() => resolve("anthropic:x", { baseUrls: { anthropic, openai: null } })).toThrow(/ANTHROPIC_BASE_URL/);
  });
});

describe("a model on the wire of OpenAI", () => {
  const at = (openai: string | null) => ({ baseUrls: { anthropic: null, openai } });

  test("is OpenAI's own with its key, or anybody's at a base URL, with a key or without", () => {
    const key = { key: "sk-open-0123456789", keySetting: "OPENAI_API_KEY", urlSetting: "OPENAI_BASE_URL" };
    expect(resolve("openai:gpt-5")).toEqual({
      ...{ provider: "openai", name: "gpt-5", baseUrl: "https://api.openai.com/v1" },
      ...key,
    });
    const local = "openai-compatible:qwen/qwen3-coder:30b";
    expect(resolve(local, at("https://models.example"))).toMatchObject({
      ...{ name: "qwen/qwen3-coder:30b", baseUrl: "https://models.example/v1" },
      ...key,
    });
    expect(() => resolve(local, { ...at("http://10.0.0.1/v1"), keys: noKeys })).not.toThrow();
    expect(() => resolve("openai:gpt-5", { keys: noKeys })).toThrow(/OPENAI_API_KEY: is not set/);
    expect(() => resolve(local)).toThrow(/OPENAI_BASE_URL: is not set/);
  });

  test.each([
    ["http://127.0.0.1:11434", "http://127.0.0.1:11434/v1"],
    ["https://x.example/v1beta/openai/", "https://x.example/v1beta/openai"],
  ])("at %s is reached at %s", (openai, baseUrl) => {
    expect(resolve("openai:gpt-5", at(openai)).baseUrl).toBe(baseUrl);
  });
});
