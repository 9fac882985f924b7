import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { arrayOf, aString, fit, isUuid, type Log, objectOf, recordOf, type Uuid } from '../base/index.ts';
import { formatAddress, parseAddress, parseMac } from '../ip/index.ts';
import { replaceFile } from './durable-file.ts';
import type { BoundAddress } from './learned-bindings.ts';

const contents = recordOf(arrayOf(objectOf({ address: aString(), mac: aString() })));

/**
 * What SAVI has learned, on disk: a guest proves an address only when it makes it, which may be weeks before the switch
 * and this process are restarted together.
 */
export interface BindingsFile {
  load(): Promise<ReadonlyMap<Uuid, readonly BoundAddress[]>>;
  save(bindings: ReadonlyMap<Uuid, readonly BoundAddress[]>): Promise<void>;
}

/** The file `learned.json` of a state directory. A failed write is logged and does not throw. */
export function bindingsFile(stateDirectory: string, log: Log): BindingsFile {
  const path = join(stateDirectory, 'learned.json');
  return {
    async load() {
      const text = await readFile(path, 'utf8').catch(() => '{}');
      return parse(text);
    },
    async save(bindings) {
      const wire = [...bindings].map(([portId, all]) => [
        portId,
        all.map(({ address, mac }) => ({ address: formatAddress(address), mac })),
      ]);
      try {
        await mkdir(stateDirectory, { recursive: true });
        await replaceFile(path, JSON.stringify(Object.fromEntries(wire)));
      } catch (error) {
        log.error({ error: String(error) }, 'cache: learned addresses could not be written');
      }
    },
  };
}

/** A damaged file is an empty one: the switch is read back anyway. */
function parse(text: string): ReadonlyMap<Uuid, readonly BoundAddress[]> {
  const bindings = new Map<Uuid, readonly BoundAddress[]>();
  for (const [portId, all] of Object.entries(parseJson(text))) {
    if (isUuid(portId)) bindings.set(portId, all.flatMap(parseBinding));
  }
  return bindings;
}

function parseJson(text: string) {
  try {
    const wire = fit(contents, JSON.parse(text));
    return wire.ok ? wire.value : {};
  } catch {
    return {};
  }
}

function parseBinding(wire: { readonly address: string; readonly mac: string }): readonly BoundAddress[] {
  const [address, mac] = [parseAddress(wire.address), parseMac(wire.mac)];
  return address && mac ? [{ address, mac }] : [];
}
