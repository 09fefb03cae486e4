import type { Readable, Writable } from "node:stream";
import { initReportSchema, maxLineBytes, type InitOrder, type InitReport } from "./protocol.ts";

const maxQueuedOrderBytes = 64 * 1024 * 1024;

/** Says why the jail's messages can no longer be trusted. */
export class ProtocolBreach extends Error {
  override readonly name = "ProtocolBreach";
}

/**
 * The host's end of the wire to a jail's init. The first line that is too long, is not JSON or does not fit the schema
 * ends the conversation: `onBreach` is called once and nothing further is read.
 */
export class InitChannel {
  readonly #output: Readable;
  readonly #input: Writable;
  readonly #onReport: (report: InitReport) => void;
  readonly #onBreach: (breach: ProtocolBreach) => void;
  #parts: Buffer[] = [];
  #partBytes = 0;
  #broken = false;

  constructor(parts: {
    readonly output: Readable;
    readonly input: Writable;
    readonly onReport: (report: InitReport) => void;
    readonly onBreach: (breach: ProtocolBreach) => void;
  }) {
    this.#output = parts.output;
    this.#input = parts.input;
    this.#onReport = parts.onReport;
    this.#onBreach = parts.onBreach;
    this.#output.on("data", (chunk: Buffer) => this.#take(chunk));
  }

  send(order: InitOrder): void {
    if (this.#broken || this.#input.destroyed || this.#input.writableEnded) return;
    if (this.#input.writableLength > maxQueuedOrderBytes) return this.#breach("it does not read its orders");
    this.#input.write(`${JSON.stringify(order)}\n`);
  }

  #take(chunk: Buffer): void {
    let rest = chunk;
    for (let end = rest.indexOf(10); end >= 0 && !this.#broken; end = rest.indexOf(10)) {
      this.#parts.push(rest.subarray(0, end));
      const line = this.#parts.length === 1 ? (this.#parts[0] ?? rest) : Buffer.concat(this.#parts);
      this.#parts = [];
      this.#partBytes = 0;
      rest = rest.subarray(end + 1);
      this.#parse(line);
    }
    if (this.#broken || rest.length === 0) return;
    this.#parts.push(rest);
    this.#partBytes += rest.length;
    if (this.#partBytes > maxLineBytes) this.#breach(`it sent a line of more than ${maxLineBytes} bytes`);
  }

  #parse(line: Buffer): void {
    if (line.length > maxLineBytes) return this.#breach(`it sent a line of more than ${maxLineBytes} bytes`);
    let value: unknown;
    try {
      value = JSON.parse(line.toString("utf8"));
    } catch {
      return this.#breach("it sent a line that is not JSON");
    }
    const report = initReportSchema.safeParse(value);
    if (!report.success)
      return this.#breach(`it sent a message of an unknown shape (${report.error.issues[0]?.message ?? "no reason"})`);
    try {
      this.#onReport(report.data);
    } catch (error) {
      if (!(error instanceof ProtocolBreach)) throw error;
      this.#breach(error.message);
    }
  }

  #breach(message: string): void {
    if (this.#broken) return;
    this.#broken = true;
    this.#parts = [];
    // Destroyed, not paused: a process counts as closed only when its pipes are.
    this.#output.destroy();
    this.#onBreach(new ProtocolBreach(message));
  }
}
