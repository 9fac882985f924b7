import type { Prefix } from '../../ip/index.ts';
import type { AddressGroupId, SecurityGroupId } from '../ids.ts';

/** Whether packets pass to the ports of a group, or from them. */
export type Direction = 'ingress' | 'egress';

export type Ethertype = 'IPv4' | 'IPv6';

/** A prefix as a client wrote it, with or without host bits, and what that means. */
export interface RemoteIpPrefix {
  readonly written: string;
  readonly prefix: Prefix;
}

/** The part of a rule that says which packets it admits; its fields say what each means. */
export interface Matcher {
  readonly direction: Direction;
  readonly ethertype: Ethertype;
  readonly protocol: string | undefined;
  readonly portRangeMin: number | undefined;
  readonly portRangeMax: number | undefined;
  readonly remoteGroupId: SecurityGroupId | undefined;
  readonly remoteAddressGroupId: AddressGroupId | undefined;
  readonly remoteIpPrefix: RemoteIpPrefix | undefined;
}
