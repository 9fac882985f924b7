import { dirname } from 'node:path';
import type { DiskEvent, Effect } from './disk-trace.ts';

/** What a disk writes whole or not at all, in bytes. */
const sectorSize = 512;

/** A disk that has a cache which a power loss empties: what was not flushed may be there afterwards, or not, or in part. */
export class VolatileDisk {
  readonly #stable = new Map<string, Buffer>();
  #cached: Effect[] = [];

  take(event: DiskEvent): void {
    if (event.kind === 'said') return;
    if (event.kind !== 'flush') {
      this.#cached.push(event);
      return;
    }
    const isFlushed = (effect: Effect) => effect.end < event.begin && flushedWith(effect) === event.path;
    for (const effect of this.#cached.filter(isFlushed)) apply(this.#stable, effect);
    this.#cached = this.#cached.filter((effect) => !isFlushed(effect));
  }

  /** The files after a power loss right now. `survives` decides for each sector, and other effect, that was not flushed. */
  afterPowerLoss(survives: () => boolean): ReadonlyMap<string, Buffer> {
    const files = new Map([...this.#stable].map(([path, bytes]) => [path, Buffer.from(bytes)]));
    const lost = new Set<string>();
    for (const effect of this.#cached) {
      if (effect.kind !== 'write') {
        if (survives()) apply(files, effect);
        else if (effect.kind === 'create') lost.add(effect.path);
        continue;
      }
      for (let start = 0; start < effect.bytes.length; start += sectorSize) {
        const bytes = effect.bytes.subarray(start, start + sectorSize);
        if (survives()) apply(files, { ...effect, offset: effect.offset + start, bytes });
      }
    }
    // A file whose entry in its folder was lost is not to be found, however stable its contents are.
    for (const path of lost) files.delete(path);
    return files;
  }
}

/** The file whose flush makes the effect stable: a name is in its folder. */
function flushedWith({ kind, path }: Effect): string {
  return kind === 'create' || kind === 'remove' ? dirname(path) : path;
}

function apply(files: Map<string, Buffer>, effect: Effect): void {
  const { path } = effect;
  const bytes = files.get(path) ?? Buffer.alloc(0);
  if (effect.kind === 'create') files.set(path, bytes);
  else if (effect.kind === 'remove') files.delete(path);
  else if (effect.kind === 'resize') files.set(path, resized(bytes, effect.size));
  else {
    const end = effect.offset + effect.bytes.length;
    const target = end > bytes.length ? resized(bytes, end) : bytes;
    effect.bytes.copy(target, effect.offset);
    files.set(path, target);
  }
}

function resized(bytes: Buffer, size: number): Buffer {
  const result = Buffer.alloc(size);
  bytes.copy(result);
  return result;
}
