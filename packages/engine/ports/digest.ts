/** SHA-256 of a text, as lower-case hex. */
export type Digest = (text: string) => string;
