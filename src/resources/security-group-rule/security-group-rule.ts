import type { Prefix } from '../../ip/index.ts';
import type { Standard } from '../../kit/index.ts';
import type { AddressGroupId, SecurityGroupId, SecurityGroupRuleId } from '../ids.ts';

/** As the guest sees it: `ingress` is towards the port, `egress` comes from it. */
export type Direction = 'ingress' | 'egress';
/** The IP version that a rule is about, in Neutron's spelling. */
export type Ethertype = 'IPv4' | 'IPv6';

/**
 * Packets that may pass to (`ingress`) or from (`egress`) the ports of a group: those for which every field that is there
 * holds. At most one of the three remotes is there (neutron extensions/securitygroup.py).
 */
export interface SecurityGroupRule extends Standard {
  readonly id: SecurityGroupRuleId;
  readonly securityGroupId: SecurityGroupId;
  readonly direction: Direction;
  readonly ethertype: Ethertype;
  /** A name of Neutron's, or a number in decimal, as the client wrote it: `protocolNumber` tells what it means. */
  readonly protocol: string | undefined;
  /** First destination port, or the ICMP type. */
  readonly portRangeMin: number | undefined;
  /** Last destination port, or the ICMP code. */
  readonly portRangeMax: number | undefined;
  /** Peers: what the ports of this group may use as their own. */
  readonly remoteGroupId: SecurityGroupId | undefined;
  /** Peers: the addresses of an address group. */
  readonly remoteAddressGroupId: AddressGroupId | undefined;
  /** Peers: addresses in this prefix, of the family that `ethertype` says. */
  readonly remoteIpPrefix: RemoteIpPrefix | undefined;
}

/** A prefix as a client wrote it, with or without host bits, and what that means. */
export interface RemoteIpPrefix {
  readonly written: string;
  readonly prefix: Prefix;
}
