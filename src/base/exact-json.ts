/** A number in digits, as a client wrote it or as no double holds it. `JSON.stringify` writes it so. */
export interface RawNumber {
  readonly rawJSON: string;
}

/** ECMAScript's "JSON.parse source text access", which TypeScript's library does not describe yet. */
declare global {
  interface JSON {
    rawJSON(text: string): RawNumber;
    isRawJSON(value: unknown): value is RawNumber;
    parse(
      text: string,
      reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
    ): unknown;
  }
}

/** Whether a text may hold a number of 16 digits or more, or with an exponent. Strings may look so, too. */
const mayHoldLargeNumber = /[:,[]\s*-?\d+(?:\d{15}|(?:\.\d+)?[eE])|^\s*-?\d{16}/;

/**
 * Parses JSON without changing a number in silence: whole numbers beyond 2^53 are kept as they are written. Throws
 * SyntaxError for what is no JSON, and for numbers that are too large for a double.
 */
export function parseExactJson(text: string): unknown {
  if (!mayHoldLargeNumber.test(text)) return JSON.parse(text);
  return JSON.parse(text, (_key, value, { source }) => {
    if (typeof value !== 'number' || source === undefined) return value;
    if (!Number.isFinite(value)) throw new SyntaxError(`${source} is too large a number`);
    return Number.isInteger(value) && !Number.isSafeInteger(value) && /^-?\d+$/.test(source)
      ? JSON.rawJSON(source)
      : value;
  });
}

/** Whether a value is a number that {@link parseExactJson} kept as it was written. */
export function isRawNumber(value: unknown): boolean {
  return JSON.isRawJSON(value);
}
