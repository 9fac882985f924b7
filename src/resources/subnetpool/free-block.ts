import { type Address, familyBits, formatPrefix, type Prefix } from '../../ip/index.ts';
import { addressClaimValue, type Stored, storedPrefix, type Table, text } from '../../kit/index.ts';
import type { SubnetpoolId } from '../ids.ts';

/** A prefix of a pool of which no subnet has any part. It is as large as it can be: no two blocks could be one. */
export interface FreeBlock extends Stored {
  readonly subnetpoolId: SubnetpoolId;
  readonly prefix: Prefix;
}

/**
 * How free blocks are stored. Who takes a block deletes its row, which can be done once: no two subnets get the same
 * prefix. Ids are in the order in which blocks are taken, so the one to take is found by one look at the primary key.
 */
export const freeBlockTable: Table<FreeBlock> = {
  name: 'subnetpool_free_blocks',
  columns: {
    id: { kind: 'text' },
    revision: { kind: 'integer' },
    subnetpool_id: { kind: 'text' },
    prefix: { kind: 'text' },
  },
  toRow: ({ id, revision, subnetpoolId, prefix }) => ({
    id,
    revision,
    subnetpool_id: subnetpoolId,
    prefix: formatPrefix(prefix),
  }),
  fromRow: (row) => ({
    id: text(row, 'id'),
    revision: 1,
    subnetpoolId: text(row, 'subnetpool_id') as SubnetpoolId,
    prefix: storedPrefix(text(row, 'prefix')),
  }),
};

/** The row of a free prefix. Nothing about it ever changes. */
export function freeBlock(subnetpoolId: SubnetpoolId, prefix: Prefix): FreeBlock {
  return { id: freeBlockId(subnetpoolId, prefix), revision: 1, subnetpoolId, prefix };
}

/** `<pool>/<host bits, three digits>/<address in hex>`: smaller blocks come first, then lower addresses. */
export function freeBlockId(subnetpoolId: SubnetpoolId, { address, length }: Prefix): string {
  return `${firstIdOfSize(subnetpoolId, address, length)}/${addressClaimValue(address)}`;
}

/** All ids of a pool's blocks of this prefix length, and of larger blocks, are beyond this text. */
export function firstIdOfSize(subnetpoolId: SubnetpoolId, { family }: Pick<Address, 'family'>, length: number): string {
  return `${subnetpoolId}/${String(familyBits(family) - length).padStart(3, '0')}`;
}
