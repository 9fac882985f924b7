import { milliseconds } from '../../base/index.ts';
import { familyBits, firstAddress, formatAddress, type Prefix, prefixFamily } from '../../ip/index.ts';
import {
  portTable,
  type SecurityGroupId,
  securityGroupRuleTable,
  securityGroupTable,
  withPairsInGroup,
} from '../../resources/index.ts';
import type { Kind } from '../kind.ts';
import type { Lookup } from '../lookup.ts';

/** The addresses of a group's ports that OVN does not collect by itself; other groups' rules may admit them. */
export interface SecurityGroupAddressesFacts {
  readonly id: SecurityGroupId;
  /** As `formatAddress` says them: there may be tens of thousands. */
  readonly addresses: readonly string[];
}

/**
 * Address pairs of a group's ports. OVN collects by itself what stands in their `addresses` (ovn-nb(5) Port_Group): fixed and
 * bound ones. Only a group that some rule names as its peers has this.
 */
export const securityGroupAddressesKind: Kind<SecurityGroupAddressesFacts> = {
  kind: 'security-group-addresses',
  table: securityGroupTable,
  // A group may have ten thousand ports, and each of them pairs that change.
  pause: milliseconds(1_000),
  async read(lookup, ids) {
    const facts = new Map<string, SecurityGroupAddressesFacts>();
    for (const id of ids as readonly SecurityGroupId[]) {
      await lookup.turn();
      if (await isNamed(lookup, id)) facts.set(id, { id, addresses: await readAddresses(lookup, id) });
    }
    return facts;
  },
};

async function isNamed({ reader }: Lookup, id: SecurityGroupId): Promise<boolean> {
  const where = { kind: 'in', column: 'remote_group_id', values: [id] } as const;
  return (await reader.listIds(securityGroupRuleTable, { where, limit: 1 })).length > 0;
}

async function readAddresses({ reader, turn }: Lookup, id: SecurityGroupId): Promise<readonly string[]> {
  const addresses: string[] = [];
  for await (const page of reader.pages(portTable, { where: withPairsInGroup(id) })) {
    for (const { allowedAddressPairs } of page) addresses.push(...allowedAddressPairs.flatMap(hostOf));
    await turn();
  }
  return addresses;
}

/** A link-local address (fe80::/10) means a member on one link only, and on another link perhaps a stranger. */
function isMeaningful(address: string): boolean {
  return !/^fe[89ab][0-9a-f]:/.test(address);
}

/**
 * A single address is a member's. A longer range only says what the port may send from: with a pair of `::/0` the whole
 * world would belong to the group, and with a pair of its subnet, as gateways and VPN endpoints have it, all neighbours.
 */
function hostOf({ ipAddress }: { readonly ipAddress: Prefix }): readonly string[] {
  const isHost = ipAddress.length === familyBits(prefixFamily(ipAddress));
  const address = formatAddress(firstAddress(ipAddress));
  return isHost && isMeaningful(address) ? [address] : [];
}
