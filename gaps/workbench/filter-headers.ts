import type { Context } from '../contract.ts';
import type { Note } from '../probe.ts';
import { allKinds, expectAdmission, type FilterScene, ingress, udp5000, within } from './filter-scene.ts';
import { icmpv6, tcp, udp } from './packets.ts';
import { allEgress } from './security-groups.ts';

type Kind = keyof typeof allKinds;

/**
 * Spellings of a protocol, each with the only kind of packets that a rule about it admits. Neighbours in a list admit different
 * ones, so that the packets which arrive tell that the rule has come into force.
 */
const spellings: Readonly<Record<string, readonly (readonly [spelling: string, admitted: Kind])[]>> = {
  'protocols by name': [
    ['tcp', 'TCP'],
    ['udp', 'UDP'],
    ['ipv6-icmp', 'ICMPv6 echo'],
    ['gre', 'GRE'],
    ['sctp', 'SCTP'],
  ],
  'protocols by number': [
    ['6', 'TCP'],
    ['17', 'UDP'],
    ['58', 'ICMPv6 echo'],
    ['47', 'GRE'],
    ['132', 'SCTP'],
    ['253', 'protocol 253'],
  ],
  'ICMPv6 by its other names': [
    ['icmpv6', 'ICMPv6 echo'],
    ['udp', 'UDP'],
    ['icmp', 'ICMPv6 echo'],
  ],
};

/** Rules match packets by their headers: ethertype, protocol, ports, ICMPv6 type and code, behind extension headers too. */
export async function checkHeaders({ probe }: Context, scene: FilterScene): Promise<void> {
  await probe.part('ethertype', (note) => expectEthertypes(scene, note));
  for (const [part, list] of Object.entries(spellings)) {
    await probe.part(part, async (note) => {
      for (const [protocol, kind] of list)
        await expectAdmission(scene, { rules: [ingress({ protocol })], packets: allKinds, admitted: [kind] }, note);
    });
  }
  await probe.part('ICMPv6 type and code', (note) => expectTypeAndCode(scene, note));
  await probe.part('port ranges: both ends, and the ports outside', (note) => expectRanges(scene, note));
  await probe.part('extension headers neither evade nor break a rule', (note) => expectExtensions(scene, note));
}

async function expectEthertypes(scene: FilterScene, note: Note): Promise<void> {
  const { v6, v4 } = scene;
  const packets = { TCP: tcp(80), UDP: udp(53) };
  for (const [rule, own, other] of [
    [ingress({}), v6, v4],
    [ingress({ ethertype: 'IPv4' }), v4, v6],
  ] as const) {
    await expectAdmission(scene, { rules: [rule], packets, admitted: Object.keys(packets), subnet: own }, note);
    await expectAdmission(scene, { rules: [rule], packets, admitted: [], subnet: other }, note);
  }
}

/** Without connection tracking on either side: that knows echoes and errors alone, and only those without a code or of a flow. */
async function expectTypeAndCode(scene: FilterScene, note: Note): Promise<void> {
  const { stateless, target, near, far } = scene;
  const packets = {
    'type 128': icmpv6(128),
    'type 128 code 1': icmpv6(128, 1),
    'type 200 code 3': icmpv6(200, 3),
    'type 200 code 4': icmpv6(200, 4),
    UDP: udp(128),
  };
  const expectFor = async (type: number, code: number | undefined, admitted: readonly (keyof typeof packets)[]) => {
    const rule = { protocol: 'ipv6-icmp', port_range_min: type, ...(code !== undefined && { port_range_max: code }) };
    await expectAdmission(scene, { group: stateless, rules: [...allEgress, ingress(rule)], packets, admitted }, note);
  };
  const all = new Map([target, near, far].map((one) => [one, [stateless.id]]));
  await within(scene, all, async () => {
    await expectFor(128, undefined, ['type 128', 'type 128 code 1']);
    await expectFor(200, 3, ['type 200 code 3']);
    await expectFor(128, 0, ['type 128']);
    await expectFor(200, undefined, ['type 200 code 3', 'type 200 code 4']);
  });
}

async function expectRanges(scene: FilterScene, note: Note): Promise<void> {
  const range = { port_range_min: 5000, port_range_max: 5002 } as const;
  for (const [protocol, make, other] of [
    ['tcp', tcp, udp],
    ['udp', udp, tcp],
  ] as const) {
    const packets = {
      4999: make(4999),
      5000: make(5000),
      5001: make(5001),
      5002: make(5002),
      5003: make(5003),
      'other protocol': other(5001),
      'source port': udp(4999, { sourcePort: 5001 }),
    };
    const admitted = ['5000', '5001', '5002'];
    await expectAdmission(scene, { rules: [ingress({ protocol, ...range })], packets, admitted }, note);
  }
}

/** The rule is about what follows the chain of headers (RFC 8200 §4). */
async function expectExtensions(scene: FilterScene, note: Note): Promise<void> {
  const padding = Uint8Array.of(1, 4, 0, 0, 0, 0);
  const hopByHop = { kind: 'hop-by-hop', body: padding } as const;
  const destination = { kind: 'destination-options', body: padding } as const;
  const behind = { 'hop-by-hop': [hopByHop], destination: [destination], both: [hopByHop, destination] };
  for (const [protocol, make] of [
    ['tcp', tcp],
    ['udp', udp],
  ] as const) {
    const packets = Object.fromEntries(
      Object.entries(behind).flatMap(([name, extensionHeaders]) =>
        [5000, 5001].map((port) => [`${port} behind ${name}`, make(port, { extensionHeaders })] as const),
      ),
    );
    const admitted = Object.keys(behind).map((name) => `5000 behind ${name}`);
    const rules = [ingress({ ...udp5000, protocol })];
    await expectAdmission(scene, { rules, packets, admitted }, note);
  }
}
