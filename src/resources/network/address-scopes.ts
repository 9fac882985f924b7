import { listById, type Predicate, type Reader, shownFrom } from '../../kit/index.ts';
import type { AddressScopeId } from '../address-scope/address-scope.ts';
import type { NetworkId } from '../ids.ts';
import { subnetTable } from '../subnet/subnet.ts';
import { subnetpoolTable } from '../subnetpool/subnetpool.ts';

interface Identified {
  readonly id: NetworkId;
}

const scopeId = { anyOf: [{ type: 'string', format: 'uuid' }, { type: 'null' }] };

/** The attributes that show the address scope of each family (neutron-lib api/definitions/address_scope.py). */
export const addressScopeAttributes = ([4, 6] as const).map((family) =>
  shownFrom<Identified>({ name: `ipv${family}_address_scope`, schema: scopeId, none: null }, (networks, reader) =>
    readScopeIds(networks, family, reader),
  ),
);

/** That of the pools which the networks' subnets of the family are of: all subnets of a network are in one scope, or in none. */
async function readScopeIds(
  networks: readonly Identified[],
  family: 4 | 6,
  reader: Reader,
): Promise<ReadonlyMap<NetworkId, AddressScopeId>> {
  const isOfPool: Predicate = { kind: 'not', of: { kind: 'in', column: 'subnetpool_id', values: [null] } };
  const isOfFamily: Predicate = { kind: 'in', column: 'ip_version', values: [family] };
  const isOnNetwork: Predicate = { kind: 'in', column: 'network_id', values: networks.map(({ id }) => id) };
  const subnets = await reader.list(subnetTable, { where: { kind: 'all', of: [isOnNetwork, isOfFamily, isOfPool] } });
  const poolIds = subnets.flatMap(({ subnetpoolId }) => subnetpoolId ?? []);
  const pools = await listById(reader, subnetpoolTable, [...new Set(poolIds)]);
  const scopes = new Map(pools.flatMap(({ id, addressScopeId }) => (addressScopeId ? [[id, addressScopeId]] : [])));
  return new Map(
    subnets.flatMap(({ networkId, subnetpoolId }) => {
      const scope = subnetpoolId && scopes.get(subnetpoolId);
      return scope ? [[networkId, scope]] : [];
    }),
  );
}
