import type { Problem } from "@omoios/domain/shared/fault";
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document } from "yaml";
import type { ConfigLayer, LayerRank } from "./config-layer.ts";

/** A configuration file as a layer, or what keeps it from being read. */
export type ReadLayer = { readonly layer: ConfigLayer } | { readonly problems: readonly Problem[] };

/** Reads the text of a configuration file. `source` is how the file is called in messages. */
export function readConfigText(text: string, file: { readonly rank: LayerRank; readonly source: string }): ReadLayer {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => ({
      at: `${file.source}:${String(lines.linePos(error.pos[0]).line)}`,
      message: `is not YAML: ${error.message}`,
    }));
    return { problems };
  }
  const locate = (path: readonly PropertyKey[]): string => {
    const offset = offsetOf(document, path);
    return offset === null ? file.source : `${file.source}:${String(lines.linePos(offset).line)}`;
  };
  return { layer: { ...file, values: document.toJS() ?? {}, locate } };
}

/** Where the deepest part of a path that the file has begins. */
function offsetOf(document: Document.Parsed, path: readonly PropertyKey[]): number | null {
  let node: unknown = document.contents;
  let offset: number | null = null;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(part));
      if (pair === undefined) return offset;
      offset = isScalar(pair.key) ? (pair.key.range?.[0] ?? offset) : offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(part)];
      offset = isScalar(node) || isMap(node) ? (node.range?.[0] ?? offset) : offset;
    } else {
      return offset;
    }
  }
  return offset;
}
