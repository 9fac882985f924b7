import { type Address, solicitedNode } from '../../src/ip/index.ts';
import { icmpv6Frame } from '../../src/packet/index.ts';
import { anAddress, groupMac, type Station } from './frames.ts';

const unspecified = anAddress('::');
const allNodesAddress = anAddress('ff02::1');
const allRoutersAddress = anAddress('ff02::2');

/** All nodes of the link (RFC 4291 §2.7.1). */
export const allNodes: Station = { address: allNodesAddress, mac: groupMac(allNodesAddress) };

/** A neighbour solicitation of the unspecified address: the first step of duplicate address detection (RFC 4862 §5.4.2). */
export function claim({ mac, address }: Station, { group = solicitedNode(address), hopLimit = 255 } = {}): Uint8Array {
  return icmpv6Frame(
    { kind: 'neighbor-solicitation', target: address, options: [] },
    { sourceMac: mac, destinationMac: groupMac(group), source: unspecified, destination: group },
    { hopLimit },
  );
}

/** An unsolicited advertisement (RFC 4861 §4.4) by which a station says that an address is its own. */
export function advertisement(own: Station, { to = allNodes, from = own, router = false } = {}): Uint8Array {
  const option = { kind: 'target-link-layer-address', mac: own.mac } as const;
  return icmpv6Frame(
    {
      kind: 'neighbor-advertisement',
      router,
      solicited: false,
      override: true,
      target: own.address,
      options: [option],
    },
    { sourceMac: own.mac, destinationMac: to.mac, source: from.address, destination: to.address },
  );
}

/** A solicitation (RFC 4861 §4.3), to its target's group or to one station. Whoever answers takes the sender's MAC in. */
export function solicitation(from: Station, target: Address, to = groupOf(target)): Uint8Array {
  return icmpv6Frame(
    { kind: 'neighbor-solicitation', target, options: [{ kind: 'source-link-layer-address', mac: from.mac }] },
    { sourceMac: from.mac, destinationMac: to.mac, source: from.address, destination: to.address },
  );
}

function groupOf(target: Address): Station {
  const address = solicitedNode(target);
  return { address, mac: groupMac(address) };
}

/** A router solicitation from any address of the sender's (RFC 4861 §4.1). */
export function routerSolicitation({ mac, address }: Station): Uint8Array {
  const addresses = { source: address, destination: allRoutersAddress };
  return icmpv6Frame(
    { kind: 'router-solicitation', options: [{ kind: 'source-link-layer-address', mac }] },
    { sourceMac: mac, destinationMac: groupMac(allRoutersAddress), ...addresses },
  );
}
