import { type Reader, shownFrom } from '../../kit/index.ts';
import type { NetworkId, SubnetId } from '../ids.ts';
import { subnetTable } from '../subnet/subnet.ts';

interface Identified {
  readonly id: NetworkId;
}

/** The attribute that shows the ids of a network's subnets, oldest first. */
export const subnetsAttribute = shownFrom<Identified>(
  { name: 'subnets', schema: { type: 'array', items: { type: 'string', format: 'uuid' } }, none: [] },
  readSubnetIds,
);

async function readSubnetIds(
  networks: readonly Identified[],
  reader: Reader,
): Promise<ReadonlyMap<NetworkId, readonly SubnetId[]>> {
  const subnets = await reader.list(subnetTable, {
    where: { kind: 'in', column: 'network_id', values: networks.map(({ id }) => id) },
    sort: [{ column: 'created_at', descending: false }],
  });
  const grouped = Map.groupBy(subnets, ({ networkId }) => networkId);
  return new Map([...grouped].map(([networkId, group]) => [networkId, group.map(({ id }) => id)]));
}
