import { request } from "node:http";

export interface ToolCall {
  readonly tool: string;
  readonly input: object;
}

/** Where the agent tools are: an MCP server on a socket. */
export interface ToolPlace {
  readonly socketPath: string;
  readonly path: string;
}

/** Calls a tool; `isDone` says whether it was carried out. */
export async function callTool(
  place: ToolPlace,
  { tool, input }: ToolCall,
): Promise<{ readonly text: string; readonly isDone: boolean }> {
  const body = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: tool, arguments: input } };
  return answerOf(await post(place, JSON.stringify(body)));
}

function post(place: ToolPlace, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
    const asked = request({ ...place, method: "POST", headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (piece: string) => (text += piece));
      response.on("end", () => resolve(text)).on("error", reject);
    });
    asked.on("error", reject).end(body);
  });
}

/** The text in an answer, which comes as JSON or as the one event of a stream. */
function answerOf(text: string): { readonly text: string; readonly isDone: boolean } {
  const json = /^data: (.*)$/mu.exec(text)?.[1] ?? text;
  const answer = JSON.parse(json) as {
    readonly result?: { readonly content?: readonly { readonly text?: string }[]; readonly isError?: boolean };
    readonly error?: { readonly message?: string };
  };
  const said = answer.result?.content?.map((part) => part.text ?? "").join("\n");
  const isDone = said !== undefined && answer.result?.isError !== true;
  return { text: said ?? answer.error?.message ?? "no answer", isDone };
}
