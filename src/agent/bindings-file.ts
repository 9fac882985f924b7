import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { arrayOf, aString, fit, isUuid, type Log, objectOf, recordOf, type Uuid } from '../base/index.ts';
import { type Address, formatAddress, parseAddress } from '../ip/index.ts';
import type { AddressesByPort } from './claims/admissions.ts';
import { replaceFile } from './durable-file.ts';

/** Agents of the feed's version 2 wrote what their switches had learned, with MACs: that is to be settled, too. */
const contents = recordOf(arrayOf(objectOf({ address: aString() })));

/**
 * What was admitted while no controller answered, on disk: a guest asks for an address only when it makes it, and this
 * process may be restarted before a controller is back.
 */
export interface BindingsFile {
  load(): Promise<AddressesByPort>;
  save(bindings: AddressesByPort): Promise<void>;
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
        all.map((address) => ({ address: formatAddress(address) })),
      ]);
      try {
        await mkdir(stateDirectory, { recursive: true });
        await replaceFile(path, JSON.stringify(Object.fromEntries(wire)));
      } catch (error) {
        log.error({ error: String(error) }, 'cache: admitted addresses could not be written');
      }
    },
  };
}

/** A damaged file is an empty one: guests' data claims their addresses again. */
function parse(text: string): AddressesByPort {
  const bindings = new Map<Uuid, readonly Address[]>();
  for (const [portId, all] of Object.entries(parseJson(text))) {
    if (isUuid(portId))
      bindings.set(
        portId,
        all.flatMap(({ address }) => parseAddress(address) ?? []),
      );
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
