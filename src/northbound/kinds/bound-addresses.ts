import { partsOf } from '../../base/index.ts';
import { type Address, isLinkLocal } from '../../ip/index.ts';
import type { Port, PortId } from '../../resources/index.ts';
import type { Lookup } from '../lookup.ts';

/** About a millisecond of work. */
const portsPerQuery = 100;

/**
 * The addresses that guests made and were granted, of ports with port security. Link-local ones are left out: OVN counts the
 * addresses of a group's ports as the group's, and on another link a link-local address is perhaps a stranger's.
 */
export async function readBoundAddresses(
  { reader, turn }: Lookup,
  ports: readonly Port[],
): Promise<ReadonlyMap<PortId, readonly Address[]>> {
  const bound = new Map<PortId, Address[]>();
  const guarded = ports.filter(({ portSecurityEnabled }) => portSecurityEnabled).map(({ id }) => id);
  for (const some of partsOf(guarded, portsPerQuery)) {
    for (const { portId, address } of await reader.observed.bindings.of(some))
      if (!isLinkLocal(address)) bound.set(portId, [...(bound.get(portId) ?? []), address]);
    await turn();
  }
  return bound;
}
