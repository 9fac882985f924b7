import { type Network, type SecurityGroup, type Subnet, unwrap } from '../../src/client/index.ts';
import type { Context } from '../contract.ts';
import type { Note } from '../probe.ts';
import { controlRule, expectArrivals, type Packet, type Trial } from './arrivals.ts';
import { icmpv6, ofProtocol, type PacketMaker, sctp, tcp, udp } from './packets.ts';
import { type Rule, setRules } from './security-groups.ts';
import { addressOf, createWorkbench, type PluggedPort, stationOf, type Workbench } from './workbench.ts';

/** A guest whose security group is tried, and two that send to it: on its host, and on another one. */
export interface FilterScene {
  readonly bench: Workbench;
  readonly network: Network;
  readonly v6: Subnet;
  readonly v4: Subnet;
  /** The target's only group; it has no rules at first. */
  readonly subject: SecurityGroup;
  /** A group besides, for those who enter and leave it. */
  readonly members: SecurityGroup;
  readonly stateless: SecurityGroup;
  readonly target: PluggedPort;
  readonly near: PluggedPort;
  readonly far: PluggedPort;
}

/** Both senders are in the open group. The near one uses a temporary address besides its stable one (RFC 8981). */
export async function makeFilterScene(context: Context): Promise<FilterScene> {
  const [h1, h2] = context.guests.hosts;
  const bench = createWorkbench(context);
  const network = await bench.network();
  const v6 = await bench.subnet(network, {
    cidr: '2001:db8:13::/64',
    ipv6_ra_mode: 'slaac',
    ipv6_address_mode: 'slaac',
  });
  const v4 = await bench.subnet(network, { cidr: '192.0.2.192/26' });
  await bench.router([v6]);
  const members = await bench.securityGroup([]);
  const subject = await bench.securityGroup([]);
  const stateless = await bench.securityGroup([], { stateful: false });
  const [target, near, far] = await Promise.all([
    bench.plug({ host: h1, network, port: { security_groups: [subject.id] } }),
    bench.plug({ host: h1, network, settings: { use_tempaddr: 2 } }),
    bench.plug({ host: h2, network }),
  ]);
  for (const { guest, port } of [target, near, far]) {
    await guest.waitForAddress({ address: addressOf(port, v6) });
    await guest.run(['ip', 'address', 'add', `${addressOf(port, v4)}/26`, 'dev', 'eth0']);
  }
  return { bench, network, v6, v4, subject, members, stateless, target, near, far };
}

/** A rule about what comes in over IPv6. */
export function ingress(rule: Partial<Rule>): Rule {
  return { direction: 'ingress', ethertype: 'IPv6', ...rule };
}

/** Packets of every kind that rules can tell apart. */
export const allKinds = {
  TCP: tcp(80),
  UDP: udp(53),
  'ICMPv6 echo': icmpv6(128),
  GRE: ofProtocol(47),
  SCTP: sctp(80),
  'protocol 253': ofProtocol(253),
} as const;

/** The part of a rule that admits UDP to port 5000. */
export const udp5000 = { protocol: 'udp', port_range_min: 5000, port_range_max: 5000 } as const;

/** Two ports, and the subnet whose addresses they use. */
export interface Path {
  readonly from: PluggedPort;
  readonly to: PluggedPort;
  readonly subnet: Subnet;
}

/** A packet from one guest to another, from and to their addresses of a subnet. */
export function packetBetween({ from, to, subnet }: Path, name: string, make: PacketMaker): Packet {
  return { name, sender: from, from: stationOf(from, subnet), to: stationOf(to, subnet), make };
}

/** The rules of a group, packets that are sent to a port in it, and those that must come through. */
export interface Admission {
  readonly rules: readonly Rule[];
  /** What both senders send, by name. */
  readonly packets: Readonly<Record<string, PacketMaker>>;
  /** Names of those that the rules admit. */
  readonly admitted: readonly string[];
  /** Whose addresses they use. Default: the IPv6 subnet. */
  readonly subnet?: Subnet;
  /** The target's only group. Default: the subject. */
  readonly group?: SecurityGroup;
  readonly echoed?: Trial['echoed'];
}

/** With these rules, exactly the packets that they admit arrive, from the guest on the same host and from the other one. */
export async function expectAdmission(scene: FilterScene, admission: Admission, note: Note): Promise<void> {
  const { bench, target, near, far } = scene;
  const { rules, packets, admitted, group = scene.subject, subnet = scene.v6, echoed = false } = admission;
  await setRules(bench.tenant.api, group, [controlRule, ...rules]);
  note(`rules: ${rules.map(describeRule).join('; ') || 'none'}`);
  const fromBoth = (name: string) => [near, far].map(({ guest }) => `${name} from ${guest.host}`);
  const sent = Object.entries(packets).flatMap(([name, make]) =>
    [near, far].map((from) => packetBetween({ from, to: target, subnet }, `${name} from ${from.guest.host}`, make)),
  );
  await expectArrivals({ target, packets: sent, wanted: admitted.flatMap(fromBoth), echoed, note });
}

function describeRule(rule: Rule): string {
  const { protocol, port_range_min: min, port_range_max: max } = rule;
  const range = [min, max].map((end) => end ?? '').join('-');
  const remote = rule.remote_ip_prefix ?? rule.remote_group_id ?? rule.remote_address_group_id;
  const words = [rule.direction, rule.ethertype, protocol ?? 'any protocol', range === '-' ? '' : range];
  return [...words, remote === undefined ? '' : `peer ${remote}`].filter((word) => word !== '').join(' ');
}

/** Puts each port into its groups and no others until the work is done, or has failed. */
export async function within(
  { bench }: FilterScene,
  groups: ReadonlyMap<PluggedPort, readonly SecurityGroup['id'][]>,
  work: () => Promise<void>,
): Promise<void> {
  const move = async ({ port }: PluggedPort, ids: readonly string[]) =>
    unwrap(await bench.tenant.api.ports.update(port.id, { security_groups: ids }));
  try {
    for (const [one, ids] of groups) await move(one, ids);
    await work();
  } finally {
    for (const one of groups.keys()) await move(one, one.port.security_groups ?? []);
  }
}
