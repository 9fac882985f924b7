import { formatPrefix, type Prefix, prefixContains, prefixOf, prefixSize } from '../../ip/index.ts';
import { type Change, deleteRow, insertRow, listById, type Reader } from '../../kit/index.ts';
import type { SubnetpoolId } from '../ids.ts';
import { firstIdOfSize, freeBlock, freeBlockId, freeBlockTable } from './free-block.ts';

/** A pool, as far as its free space goes. */
interface Space {
  readonly id: SubnetpoolId;
  /** Compact: no two of them could be one. */
  readonly prefixes: readonly Prefix[];
}

/**
 * The blocks of a pool that taking or giving back these prefixes may concern: around each prefix those that contain it, and
 * those that it would make a larger one with. A few dozen for each, however much is allocated.
 */
export async function readFreeAround(
  reader: Reader,
  { id, prefixes }: Space,
  wanted: readonly Prefix[],
): Promise<readonly Prefix[]> {
  const ids = new Set<string>();
  for (const prefix of wanted) {
    const within = prefixes.find((each) => prefixContains(each, prefix.address));
    for (let length = within?.length ?? prefix.length; length <= prefix.length; length++) {
      const around = prefixOf(prefix.address, length);
      ids.add(freeBlockId(id, around)).add(freeBlockId(id, buddyOf(around)));
    }
  }
  return (await listById(reader, freeBlockTable, [...ids])).map(({ prefix }) => prefix);
}

/** The smallest free block that a prefix of this length fits in, the lowest of these: Neutron's choice. At most one. */
export async function readSmallestFree(
  reader: Reader,
  { id, prefixes: [any] }: Space,
  length: number,
): Promise<readonly Prefix[]> {
  if (!any) return [];
  const value = firstIdOfSize(id, any.address, length);
  const where = { kind: 'compare', column: 'id', operator: '>', value } as const;
  const found = await reader.list(freeBlockTable, { where, limit: 1 });
  return found.filter(({ subnetpoolId }) => subnetpoolId === id).map(({ prefix }) => prefix);
}

/** What is free of one pool, as far as it was read, while a rule takes prefixes and gives others back. */
export class FreeSpace {
  readonly #id: SubnetpoolId;
  readonly #before: ReadonlyMap<string, Prefix>;
  readonly #free: Map<string, Prefix>;

  constructor(id: SubnetpoolId, read: readonly Prefix[]) {
    this.#id = id;
    this.#before = new Map(read.map((prefix) => [formatPrefix(prefix), prefix]));
    this.#free = new Map(this.#before);
  }

  /** Takes a prefix; of the block that it lies in, the rest stays. False, and nothing is taken, when not all of it is free. */
  take(prefix: Prefix): boolean {
    const block = this.#blockAround(prefix);
    if (!block) return false;
    this.#free.delete(formatPrefix(block));
    for (let length = block.length + 1; length <= prefix.length; length++) {
      this.#add(buddyOf(prefixOf(prefix.address, length)));
    }
    return true;
  }

  /** Makes a prefix free, and one block of it and of its neighbour where this is free, too, and so on. */
  give(prefix: Prefix): void {
    let whole = prefix;
    while (whole.length > 0 && this.#free.delete(formatPrefix(buddyOf(whole))))
      whole = prefixOf(whole.address, whole.length - 1);
    this.#add(whole);
  }

  /** The rows to write: blocks that are gone first. */
  changes(): readonly Change[] {
    const gone = [...this.#before].filter(([text]) => !this.#free.has(text));
    const come = [...this.#free].filter(([text]) => !this.#before.has(text));
    return [
      ...gone.map(([, prefix]) => deleteRow(freeBlockTable, freeBlockId(this.#id, prefix))),
      ...come.map(([, prefix]) => insertRow(freeBlockTable, freeBlock(this.#id, prefix))),
    ];
  }

  #add(prefix: Prefix): void {
    this.#free.set(formatPrefix(prefix), prefix);
  }

  #blockAround(prefix: Prefix): Prefix | undefined {
    for (let { length } = prefix; length >= 0; length--) {
      const block = this.#free.get(formatPrefix(prefixOf(prefix.address, length)));
      if (block) return block;
    }
    return undefined;
  }
}

/** The other half of the prefix that is one bit shorter. That of a /0 is itself. */
function buddyOf(prefix: Prefix): Prefix {
  const { family, value } = prefix.address;
  return prefix.length === 0 ? prefix : { ...prefix, address: { family, value: value ^ prefixSize(prefix) } };
}
