import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { milliseconds, waitFor } from '../../src/base/index.ts';
import { runOrThrow } from './command.ts';
import type { Capture, CapturedFrame, CaptureFilter, UnderlayFilter } from './types.ts';
import { enter } from './underlay.ts';

const reader = `${import.meta.dirname}/eye.py`;
const recordBytes = 13;

/** Watches one interface. The capture stands when this resolves. */
export async function captureFrames(
  netns: string,
  interfaceName: string,
  filter?: UnderlayFilter | CaptureFilter,
): Promise<Capture> {
  const only = filter ? [wordOf(filter)] : [];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...eye(netns, 'capture', interfaceName), ...only], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const frames: CapturedFrame[] = [];
  let standing = false;
  let complaint = '';
  const parse = recordParser((frame) => {
    if (frame.bytes.length === 0) standing = true;
    else frames.push(frame);
  });
  child.stdout.on('data', parse);
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const closed = once(child, 'close');
  await waitFor(`a capture on ${interfaceName} of ${netns}`, () => standing || child.exitCode !== null, {
    every: milliseconds(3),
  });
  if (!standing) throw new Error(`capture on ${interfaceName} of ${netns}: ${complaint.trim()}`);
  return {
    frames,
    async waitFor(what, matches, within = 5_000) {
      return waitFor(what, () => frames.find(matches), { within: milliseconds(within), every: milliseconds(5) });
    },
    async stop() {
      child.stdin.end();
      await closed;
      if (child.exitCode !== 0) throw new Error(`capture on ${interfaceName} of ${netns}: ${complaint.trim()}`);
      return frames;
    },
  };
}

/** As eye.py takes it. */
function wordOf(filter: UnderlayFilter | CaptureFilter): string {
  return 'direction' in filter ? filter.direction : `${filter.segmentationId}`;
}

/** Sends raw Ethernet frames out of one interface, in order. */
export async function injectFrames(netns: string, interfaceName: string, frames: readonly Uint8Array[]): Promise<void> {
  const input = Buffer.concat(
    frames.flatMap((frame) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(frame.length);
      return [length, frame];
    }),
  );
  await runOrThrow(eye(netns, 'inject', interfaceName), { input });
}

/** Debian's own Python, bare: it starts in 10 ms. */
function eye(netns: string, verb: 'capture' | 'inject', interfaceName: string): readonly string[] {
  return [...enter(netns), '/usr/bin/python3', '-I', '-S', reader, verb, interfaceName];
}

/** Cuts the reader's stream into frames (the format stands in eye.py). */
function recordParser(emit: (frame: CapturedFrame) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let offset = 0;
    while (rest.length - offset >= recordBytes) {
      const length = rest.readUInt32BE(offset + 9);
      const end = offset + recordBytes + length;
      if (rest.length < end) break;
      emit({
        at: rest.readDoubleBE(offset) * 1000,
        direction: rest[offset + 8] === 1 ? 'out' : 'in',
        bytes: new Uint8Array(rest.subarray(offset + recordBytes, end)),
      });
      offset = end;
    }
    rest = rest.subarray(offset);
  };
}
