import { expect, test } from "vitest";
import { answerTo, openQuestion, questionText, type Message, type MessageSender } from "./message.ts";

function said(...words: readonly (readonly [MessageSender, string])[]): readonly Message[] {
  return words.map(([from, text], place) => ({
    ...{ taskId: "t", number: place + 1, from, text, proposal: null, attemptId: null, heardAt: null },
    saidAt: new Date(place),
  }));
}

test("a question is open until somebody says something after it", () => {
  expect(openQuestion([])).toBeNull();
  expect(openQuestion(said(["person", "Mind the tests"]))).toBeNull();
  expect(openQuestion(said(["person", "Mind the tests"], ["agent", "Tabs?"]))?.text).toBe("Tabs?");
  expect(openQuestion(said(["agent", "Tabs?"], ["person", "No"]))).toBeNull();
  expect(openQuestion(said(["agent", "Tabs?"], ["policy", "No"], ["agent", "Sure?"]))?.text).toBe("Sure?");
});

test("what was said after a question answers it", () => {
  const messages = said(["agent", "Tabs?"], ["person", "No"], ["agent", "Sure?"]);
  expect(answerTo(messages, "Tabs?")?.text).toBe("No");
  expect(answerTo(messages, "Sure?")).toBeNull();
  expect(answerTo(messages, "Never asked?")).toBeNull();
});

test("a question reads with what the agent would do", () => {
  expect(questionText({ text: "Tabs?", proposal: null })).toBe("Tabs?");
  expect(questionText({ text: "Tabs?", proposal: "spaces" })).toBe("Tabs? (it would: spaces)");
});
