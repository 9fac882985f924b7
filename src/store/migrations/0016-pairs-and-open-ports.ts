import { parsePrefix } from '../../ip/index.ts';
import { addressClaimValue } from '../../kit/index.ts';
import type { Queries } from '../dialect/session.ts';
import type { Migration } from './migration.ts';

/**
 * Ports with a pair of one address, and guests' ports without port security, are found by claims of their own; those that are
 * there already get theirs.
 */
export const migration: Migration = {
  name: '0016-pairs-and-open-ports',
  async up(queries) {
    await claimPairs(queries);
    await claimOpenPorts(queries);
  },
};

async function claimPairs({ entities, own }: Queries): Promise<void> {
  const ports = await entities
    .selectFrom('ports')
    .select(['id', 'network_id', 'allowed_address_pairs'])
    .where('allowed_address_pairs', '!=', '[]')
    .execute();
  for (const { id, network_id, allowed_address_pairs } of ports) {
    const pairs = JSON.parse(String(allowed_address_pairs)) as readonly (readonly [string, string])[];
    for (const address of new Set(pairs.flatMap(([prefix]) => singleAddress(prefix)))) {
      const claim = { scope: `pair:${network_id}:${address}`, value: String(id), holder: String(id) };
      await own.insertInto('claims').values(claim).execute();
    }
  }
}

function singleAddress(text: string): readonly string[] {
  const prefix = parsePrefix(text);
  const isSingle = prefix?.length === (prefix?.address.family === 6 ? 128 : 32);
  return prefix && isSingle ? [addressClaimValue(prefix.address)] : [];
}

async function claimOpenPorts({ entities, own }: Queries): Promise<void> {
  const ports = await entities
    .selectFrom('ports')
    .select(['id', 'network_id'])
    .where('port_security_enabled', '=', 0)
    .where('device_owner', 'not like', 'network:%')
    .execute();
  for (const { id, network_id } of ports) {
    const claim = { scope: `open:${network_id}`, value: String(id), holder: String(id) };
    await own.insertInto('claims').values(claim).execute();
  }
}
