/**
 * The stages of the pipeline, by OpenFlow table. Their flows are shared by all ports of the bridge, unless the comment
 * says by whom else; `registers.ts` says how a shared flow knows the port that it works for. Numbers are never reused
 * for another purpose: after an upgrade the flows of two versions may stand side by side (10 to 81 are of the first
 * layout; 90, 91, 93, 145, 146 and 183 are of the time when the switch learned addresses by itself).
 */
export const tables = {
  /** Per port: which port, which direction, which network, which traits. */
  classify: 0,
  /** Guest to network: VLAN tags; per port: source MACs. */
  guestMac: 110,
  /** Guest to network: RA-Guard, DHCP shields, fragments. Also for ports without port security. */
  guestGuard: 120,
  /** Guest to network: what the agent answers. */
  punt: 130,
  /** Guest to network: DHCPv6 requests, which the agent answers when they are sent to all servers. */
  dhcpv6Request: 131,
  /** Guest to network, per port: to the agent, through the port's meter. */
  ask: 132,
  /** Guest to network, per port: a guest answers for an address that it was asked for; the agent is shown it. */
  presence: 133,
  /** Guest to network: ports without port security end here. */
  security: 139,
  /** Guest to network: ND inspection. */
  neighborDiscovery: 140,
  /** Guest to network: whether a link-layer option names the sender. */
  linkLayerVerdict: 141,
  /** Guest to network: is the target of a NA bound to the port. */
  advertisedTarget: 143,
  /** Guest to network: what becomes of a DAD solicitation. */
  duplicateDetection: 144,
  /** Guest to network, per port: a DAD solicitation that may leave. */
  admitDetection: 147,
  /** Guest to network, per port: a DAD solicitation for an address that is not the port's, which the agent is shown. */
  claimByDetection: 148,
  /** Guest to network, per port: a packet from or for an address that is not the port's, which the agent is shown. */
  claimByData: 149,
  /** Guest to network: source addresses. */
  source: 150,
  /** Guest to network: is the IPv6 source bound to the port. */
  sourceVerdict: 151,
  /** Guest to network: is the IPv4 source bound to the port. */
  ipv4Verdict: 152,
  /** Guest to network: is the ARP sender the port. */
  arpVerdict: 153,
  /** Guest to network: may the port claim the address that it uses and has not; per network: where guests make addresses. */
  unknownAddress: 154,
  /** Network to guest. */
  toGuest: 160,
  /** Network to guest: a NA, which may be for an address of the guest's. */
  advertisedToGuest: 161,
  /** Network to guest: that NA, its target looked up. */
  advertisedVerdict: 162,
  /** Network to guest: a NS, which may be somebody's DAD. */
  solicitedOfGuest: 163,
  /** Network to guest: a DAD solicitation, its target looked up. */
  solicitedVerdict: 164,
  /** Network to guest, per port: somebody's DAD for an address that the port's guest is just detecting; the agent is shown it. */
  rival: 165,
  /** Network to guest, per port: somebody's DAD for an address that the port has; the agent is shown it. */
  contested: 166,
  /** Looked up: whose an address of a network is, as far as the intents of this host pin it. */
  pinned: 180,
  /** Looked up, per port: is the owner this port. */
  owner: 181,
  /** Looked up, per port: allowed address pairs. */
  pairs: 182,
  /** Looked up, per port: does a link-layer option name the MAC that the port sends from. */
  linkLayer: 184,
  /** Per port: what is dropped is counted. */
  drop: 195,
  /** Looked up, written by learn(), for 2 s: the guest's DAD for an address of its own is under way. */
  tentative: 92,
  /** Looked up; the agent's, and not of any port: addresses that it detects in the name of a guest. */
  detections: 95,
  /** Counts what is dropped. Written by learn(): a flow per port and reason; per port: the first packets of all reasons. */
  drops: 94,
} as const;

/** What `learn()` writes to. Flows in these tables outlive a change of the intent; they go when the port goes. */
export const learnedTables: readonly number[] = [tables.tentative, tables.drops];

/** Tables whose flows with a network's cookie serve every port of that network. */
export const networkTables: readonly number[] = [tables.unknownAddress];
