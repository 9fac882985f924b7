import type { Address } from '../ip/index.ts';

/** What a DHCP exchange changed for one address of the port. */
export interface LeaseEvent {
  /** Declined: the guest found the address in use by somebody else. */
  readonly kind: 'leased' | 'released' | 'declined';
  readonly address: Address;
  /** The client's DUID (RFC 8415 §11), or its DHCPv4 client identifier, in hex. */
  readonly clientId: string;
  /** IAID (RFC 8415 §12); 0 for DHCPv4. */
  readonly iaid: number;
  /** From now on; 0 unless leased. */
  readonly validLifetimeSeconds: number;
}
