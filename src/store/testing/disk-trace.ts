import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * What a program did to its files, and what it said on standard output, in the order of strace(1)'s record. Positions are
 * lines of the record: what ended before another thing began has the lower one.
 */
export type DiskEvent =
  | Effect
  /** fsync(2) or fdatasync(2) of a file or a folder, which began at `begin`. */
  | { readonly kind: 'flush'; readonly path: string; readonly begin: number; readonly end: number }
  | { readonly kind: 'said'; readonly text: string; readonly begin: number; readonly end: number };

/** What a flush brings to stable storage, and a power loss before it may or may not take back. */
export type Effect = { readonly path: string; readonly begin: number; readonly end: number } & (
  | { readonly kind: 'create' }
  | { readonly kind: 'remove' }
  | { readonly kind: 'write'; readonly offset: number; readonly bytes: Buffer }
  | { readonly kind: 'resize'; readonly size: number }
);

/** Options for strace(1) whose record {@link readDiskTrace} understands; the program's follow. */
export function straceOptions(record: string): readonly string[] {
  const calls = 'trace=openat,unlink,pwrite64,write,ftruncate,fsync,fdatasync';
  return ['-f', '-y', '-xx', '-s', '1000000', '-e', calls, '-e', 'signal=none', '-o', record];
}

/** Reads what was done to the files in one folder. Throws for a call that it can't follow. */
export async function readDiskTrace(record: string, folder: string): Promise<readonly DiskEvent[]> {
  const events: DiskEvent[] = [];
  const unfinished = new Map<string, { readonly text: string; readonly begin: number }>();
  const known = new Set<string>();
  const lines = (await readFile(record, 'latin1')).split('\n');
  for (const [end, line] of lines.entries()) {
    const [, thread = '', text = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    if (text.endsWith(' <unfinished ...>')) {
      unfinished.set(thread, { text: text.slice(0, -' <unfinished ...>'.length), begin: end });
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>/.exec(text)?.[0];
    const start = resumed === undefined ? undefined : unfinished.get(thread);
    const call = start ? `${start.text}${text.slice(resumed?.length)}` : text;
    const event = eventOf(call, folder, { begin: start?.begin ?? end, end });
    if (!event || (event.kind === 'create' && known.has(event.path))) continue;
    if (event.kind === 'create') known.add(event.path);
    if (event.kind === 'remove') known.delete(event.path);
    events.push(event);
  }
  return events;
}

type Span = { readonly begin: number; readonly end: number };

/** Undefined for what failed, and for what is about other files. */
function eventOf(call: string, folder: string, span: Span): DiskEvent | undefined {
  const result = / = (-?\d+)(?:<([^>]*)>)?[^=]*$/.exec(call);
  if (!result || result[1]?.startsWith('-')) return undefined;
  const name = call.slice(0, call.indexOf('('));
  if (name === 'openat') {
    const path = decoded(result[2] ?? '').toString();
    return call.includes('O_CREAT') && dirname(path) === folder ? { kind: 'create', path, ...span } : undefined;
  }
  const [, quoted = '', rest = ''] = call.split('"');
  const target = /\((\d+)<([^>]*)>/.exec(call);
  const path = decoded(name === 'unlink' ? quoted : (target?.[2] ?? '')).toString();
  if (name === 'write' && target?.[1] === '1') return { kind: 'said', text: decoded(quoted).toString(), ...span };
  if (name === 'fsync' || name === 'fdatasync') return { kind: 'flush', path, ...span };
  if (dirname(path) !== folder) return undefined;
  const numbers = [...(rest || call.slice(call.indexOf('>'))).matchAll(/, (\d+)/g)].map(([, digits]) => Number(digits));
  if (name === 'unlink') return { kind: 'remove', path, ...span };
  if (name === 'pwrite64') return { kind: 'write', path, offset: numbers[1] ?? 0, bytes: decoded(quoted), ...span };
  if (name === 'ftruncate') return { kind: 'resize', path, size: numbers[0] ?? 0, ...span };
  throw new Error(`a call that is not followed: ${name} of ${path}`);
}

/** strace's `-xx`: every byte as `\xHH`. */
function decoded(text: string): Buffer {
  return Buffer.from(text.replaceAll('\\x', ''), 'hex');
}
