/**
 * JSON with one spelling per value: keys in code-unit order, no white space. What people approve and what evidence
 * refers to is digested over this text, so a value that JSON would drop or bend is a `TypeError` that names its path,
 * never a different digest.
 */
export function canonicalJson(value: unknown): string {
  return write(value, { path: "$", ancestors: new Set() });
}

interface Place {
  readonly path: string;
  readonly ancestors: ReadonlySet<object>;
}

function write(value: unknown, place: Place): string {
  switch (typeof value) {
    case "string":
    case "boolean":
      return JSON.stringify(value);
    case "number":
      if (!Number.isFinite(value)) throw unfit(place, `${String(value)} is not a JSON number`);
      return JSON.stringify(value);
    case "object":
      return value === null ? "null" : writeObject(value, place);
    case "undefined":
      throw unfit(place, "undefined has no JSON form; leave the key out or use null");
    case "function":
    case "symbol":
    case "bigint":
      throw unfit(place, `a ${typeof value} has no JSON form`);
  }
}

function writeObject(value: object, place: Place): string {
  if (place.ancestors.has(value)) throw unfit(place, "the value contains itself");
  const ancestors = new Set(place.ancestors).add(value);
  if (Array.isArray(value)) {
    const items = Array.from(value as readonly unknown[], (item, index) =>
      write(item, { path: `${place.path}[${index}]`, ancestors }),
    );
    return `[${items.join(",")}]`;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw unfit(place, "only plain objects have one JSON form; turn it into text or a plain object first");
  }
  const members = Object.entries(value as Readonly<Record<string, unknown>>)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${write(member, { path: `${place.path}.${key}`, ancestors })}`);
  return `{${members.join(",")}}`;
}

function unfit(place: Place, message: string): TypeError {
  return new TypeError(`Cannot write canonical JSON at ${place.path}: ${message}`);
}
