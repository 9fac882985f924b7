/**
 * The stages of the pipeline, by OpenFlow table. Registers: xxreg1 holds the address that is being looked up, xxreg2 the
 * network (its UUID), reg0 is 1 when the address is bound to the port, reg1 when somebody on this host has claimed it,
 * reg2 when learning succeeded, reg3 while the guest's own DAD for it is under way.
 */
export const tables = {
  /** Which port, which direction. */
  classify: 0,
  /** Guest to network: VLAN tags, source MAC. */
  guestMac: 10,
  /** Guest to network: RA-Guard, DHCP shields, fragments. Also for ports without port security. */
  guestGuard: 20,
  /** Guest to network: what the agent answers. */
  punt: 30,
  /** Guest to network: ND inspection. */
  neighborDiscovery: 40,
  /** Guest to network: is the target of a NA bound to the port. */
  advertisedTarget: 41,
  /** Guest to network: what becomes of a DAD solicitation. */
  duplicateDetection: 42,
  /** Guest to network: was there room to learn. */
  learnVerdict: 43,
  /** Guest to network: a DAD solicitation that may leave. */
  admitDetection: 44,
  /** Guest to network: source addresses. */
  source: 50,
  /** Guest to network: is the source bound to the port. */
  sourceVerdict: 51,
  /** Network to guest. */
  toGuest: 60,
  /** Network to guest: a NA for an address that the guest may just be claiming. */
  advertisedToGuest: 61,
  /** Network to guest: a DAD solicitation for an address that is the guest's. */
  solicitedOfGuest: 62,
  /** Looked up: addresses pinned by the intent. */
  pinned: 80,
  /** Looked up: pinned addresses of any port of the network on this host. */
  pinnedClaims: 81,
  /** Looked up, written by learn(): addresses bound to a port. */
  learned: 90,
  /** Looked up, written by learn(): (network, address) of every learned address. */
  learnedClaims: 91,
  /** Looked up, written by learn(), for 2 s: DAD under way. */
  tentative: 92,
  /** Looked up, written by learn(): addresses that somebody else has defended against this port's DAD. */
  conflicts: 93,
} as const;

/** What `learn()` writes to. Flows in these tables outlive a change of the intent; they go when the port goes. */
export const learnedTables: readonly number[] = [
  tables.learned,
  tables.learnedClaims,
  tables.tentative,
  tables.conflicts,
];
