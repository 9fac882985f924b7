import { Capture } from './capture.ts';

/** Takes one row of a table-updates object: `row` is the parsed JSON of its <row-update>. */
export type RowSink = (table: string, uuid: string, row: unknown) => void;

/** A JSON-RPC message whose rows, if any, went to their sink before; in their place stands an empty object. */
export type MessageSink = (message: unknown) => void;

/** The receiver of messages, and the receiver of rows that are taken out of large ones as they arrive. */
export interface SplitterOptions {
  /**
   * Chooses who takes the rows of the table-updates object that begins now: that of the reply which is awaited
   * (`monitor` undefined), or that of the update notification for a monitor. Undefined leaves them in the message.
   */
  readonly rowsFor: (monitor: string | undefined) => RowSink | undefined;
  readonly onMessage: MessageSink;
}

/** The stream is no sequence of JSON objects. */
export class FramingError extends Error {}

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/**
 * Cuts a byte stream into JSON-RPC messages (RFC 7047 §4), and table-updates objects (§4.1.6) into rows while they
 * arrive, wherever the chunks are cut. Only one row at a time is parsed: a reply of 88 MB would block the event loop for
 * 1.5 s and need several times its size at once. Only what the cutting needs is looked at; JSON.parse sees every byte
 * after that and finds what is malformed.
 *
 * Where rows are, by depth: 1 the message; 2 its `result` or `params`, an object of tables or an array; 3 an object of
 * tables in that array; below the tables object, one object per table; in that, one value per row.
 */
export class Splitter {
  readonly #options: SplitterOptions;
  readonly #skeleton = new Capture();
  readonly #text = new Capture();
  readonly #row = new Capture();
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** In an object, the next string is a key. */
  #keyNext = false;
  #member = '';
  /** Element of `params` that we are in. */
  #element = 0;
  #monitor: string | undefined;
  #sink: RowSink | undefined;
  /** Depth of the tables object; 0 outside. */
  #tablesDepth = 0;
  #table = '';
  #uuid = '';
  /** Depth at which the row ends; 0 outside. */
  #rowDepth = 0;

  constructor(options: SplitterOptions) {
    this.#options = options;
  }

  /** Takes the next bytes. Throws FramingError, or JSON.parse's SyntaxError; the stream is lost then. */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) at = this.#rowDepth > 0 ? this.#scanRow(chunk, at) : this.#scanStructure(chunk, at);
    this.#skeleton.suspend(chunk);
    this.#text.suspend(chunk);
    this.#row.suspend(chunk);
  }

  /** The tight loop, as nearly all bytes are here: finds the end of the row. */
  #scanRow(chunk: Buffer, from: number): number {
    let depth = this.#depth;
    let inString = this.#inString;
    let escaped = this.#escaped;
    let at = from;
    for (; at < chunk.length; at++) {
      const byte = chunk[at];
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === quote) inString = false;
        else if (byte === backslash) escaped = true;
      } else if (byte === quote) inString = true;
      else if (byte === openBracket || byte === openBrace) depth++;
      else if ((byte === closeBracket || byte === closeBrace) && --depth === this.#rowDepth) break;
    }
    this.#depth = depth;
    this.#inString = inString;
    this.#escaped = escaped;
    if (at < chunk.length) this.#endRow(chunk, ++at);
    return at;
  }

  #endRow(chunk: Buffer, end: number): void {
    this.#rowDepth = 0;
    this.#keyNext = false;
    this.#sink?.(this.#table, this.#uuid, JSON.parse(this.#row.take(chunk, end)));
  }

  #scanStructure(chunk: Buffer, from: number): number {
    let at = from;
    while (at < chunk.length && this.#rowDepth === 0) {
      const byte = chunk[at] as number;
      if (this.#inString) this.#stringByte(chunk, at, byte);
      else if (this.#depth === 0) this.#betweenMessages(at, byte);
      else if (byte === quote) this.#beginString(at);
      else if (byte === openBrace || byte === openBracket) this.#open(chunk, at, byte === openBrace);
      else if (byte === closeBrace || byte === closeBracket) this.#close(chunk, at);
      else if (byte === comma) this.#nextMember();
      at++;
    }
    return at;
  }

  #betweenMessages(at: number, byte: number): void {
    if (byte <= 0x20) return;
    if (byte !== openBrace) throw new FramingError(`byte 0x${byte.toString(16)} where a message should begin`);
    this.#skeleton.begin(at);
    this.#depth = 1;
    this.#keyNext = true;
  }

  #beginString(at: number): void {
    this.#inString = true;
    if ((this.#keyNext && this.#keyMatters()) || this.#isMonitorName()) this.#text.begin(at);
  }

  /** Keys of the message itself, of the tables object and of each table. */
  #keyMatters(): boolean {
    if (this.#tablesDepth === 0) return this.#depth === 1;
    return this.#depth === this.#tablesDepth || this.#depth === this.#tablesDepth + 1;
  }

  /** RFC 7047 §4.1.6: the first of `params` is the <json-value> that was given to the monitor request. */
  #isMonitorName(): boolean {
    return this.#depth === 2 && this.#member === 'params' && this.#element === 0;
  }

  #stringByte(chunk: Buffer, at: number, byte: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (byte === backslash) this.#escaped = true;
    else if (byte === quote) this.#endString(chunk, at + 1);
  }

  #endString(chunk: Buffer, end: number): void {
    this.#inString = false;
    if (!this.#text.active) return;
    const text: string = JSON.parse(this.#text.take(chunk, end));
    if (!this.#keyNext) this.#monitor = text;
    else if (this.#depth === 1) this.#member = text;
    else if (this.#depth === this.#tablesDepth) this.#table = text;
    else this.#uuid = text;
    this.#keyNext = false;
  }

  #open(chunk: Buffer, at: number, isObject: boolean): void {
    if (isObject && this.#tablesDepth === 0) this.#beginTables(chunk, at);
    else if (isObject && this.#depth === this.#tablesDepth + 1) this.#beginRow(at);
    this.#depth++;
    this.#keyNext = isObject;
    if (this.#depth === 2) this.#element = 0;
  }

  #beginRow(at: number): void {
    this.#rowDepth = this.#depth;
    this.#row.begin(at);
  }

  /** The object that opens may hold tables: it is `result`, or an element of it, or of `params`. */
  #beginTables(chunk: Buffer, at: number): void {
    const isParams = this.#member === 'params' && this.#depth === 2;
    const isResult = this.#member === 'result' && (this.#depth === 1 || this.#depth === 2);
    if (!(isParams && this.#monitor !== undefined) && !isResult) return;
    this.#sink = this.#options.rowsFor(isParams ? this.#monitor : undefined);
    if (!this.#sink) return;
    this.#tablesDepth = this.#depth + 1;
    this.#skeleton.hold(chunk, at + 1);
  }

  #close(chunk: Buffer, at: number): void {
    this.#depth--;
    this.#keyNext = false;
    if (this.#depth === 0) this.#endMessage(chunk, at + 1);
    else if (this.#tablesDepth > this.#depth) this.#endTables(at);
  }

  /** The skeleton goes on with the closing brace, so that it has `{}` there. */
  #endTables(at: number): void {
    this.#tablesDepth = 0;
    this.#skeleton.begin(at);
  }

  #nextMember(): void {
    this.#keyNext = this.#keyMatters();
    if (this.#depth === 2) this.#element++;
  }

  #endMessage(chunk: Buffer, end: number): void {
    const message: unknown = JSON.parse(this.#skeleton.take(chunk, end));
    this.#member = '';
    this.#tablesDepth = 0;
    this.#monitor = undefined;
    this.#options.onMessage(message);
  }
}
