import type { CapturedFrame, Context } from '../contract.ts';
import type { Note } from '../probe.ts';
import { controlRule, expectArrivals } from './arrivals.ts';
import {
  allKinds,
  expectAdmission,
  type FilterScene,
  ingress,
  packetBetween,
  udp5000,
  within,
} from './filter-scene.ts';
import { carries } from './frames.ts';
import { icmpv6, tcp, udp } from './packets.ts';
import { allEgress, setRules } from './security-groups.ts';
import { expectNoUdp, expectTcp, expectUdp, serve, servicePort, startSteadyPing } from './traffic.ts';
import { addressOf } from './workbench.ts';

/** Which packets of a connection pass, by the rule that admitted its first one. */
export async function checkConnections({ probe }: Context, scene: FilterScene): Promise<void> {
  const { bench, subject, target, far, v6 } = scene;
  const { api } = bench.tenant;
  await serve(far.guest);
  const flow = (note: Note) => ({ from: target.guest, to: addressOf(far.port, v6), note });
  await probe.part('stateful: replies pass, a new flow the other way does not', async (note) => {
    await setRules(api, subject, [controlRule, ...allEgress]);
    await expectTcp(flow(note), 2_000);
    await expectUdp(flow(note), { count: 3, size: 512 });
    await expectAdmission(scene, { rules: [...allEgress], packets: allKinds, admitted: [] }, note);
  });
  await probe.part('stateful: an ICMPv6 error about an own datagram passes', (note) => expectRelated(scene, note));
  await probe.part('egress: the guest sends what a rule admits, to whom it admits', (note) =>
    expectEgress(scene, note),
  );
  await probe.part('rules change while a flow runs', (note) => expectRunningChange(scene, note));
  await probe.part('stateful=false: a reply passes by a rule of its own only', (note) => expectStateless(scene, note));
}

/** The peer's kernel answers a datagram to a port where nothing listens (RFC 4443 §3.1): that belongs to the datagram. */
async function expectRelated(scene: FilterScene, note: Note): Promise<void> {
  const { target, far, v6 } = scene;
  const unwanted = { 'ICMPv6 error of no flow': icmpv6(1, 4) };
  await expectAdmission(scene, { rules: [...allEgress], packets: unwanted, admitted: [] }, note);
  const capture = await target.guest.capture(target.interface);
  const marker = 'to nowhere';
  const { make, from, to } = packetBetween({ from: target, to: far, subnet: v6 }, marker, udp(9));
  await target.guest.inject(make({ from, to, marker: Buffer.from(marker), flow: 10_009 }), target.interface);
  const isError = (frame: CapturedFrame) => frame.direction === 'in' && carries(frame, marker);
  await capture.waitFor('the ICMPv6 error', isError);
  await capture.stop();
  note(`a datagram to a closed port of ${far.guest.name}: its port unreachable arrived`);
}

async function expectEgress(scene: FilterScene, note: Note): Promise<void> {
  const { bench, subject, target, near, far, v6 } = scene;
  const egress = { ...udp5000, direction: 'egress', ethertype: 'IPv6' } as const;
  const rules = [
    { ...controlRule, direction: 'egress' },
    { ...egress, remote_ip_prefix: `${addressOf(far.port, v6)}/128` },
  ] as const;
  await setRules(bench.tenant.api, subject, rules);
  for (const [to, wanted] of [
    [far, ['UDP 5000']],
    [near, []],
  ] as const) {
    const packets = Object.entries({ 'UDP 5000': udp(5000), 'UDP 5001': udp(5001), 'TCP 5000': tcp(5000) }).map(
      ([name, make]) => packetBetween({ from: target, to, subnet: v6 }, name, make),
    );
    await expectArrivals({ target: to, packets, wanted, note });
  }
}

/** The echoes of one process are one connection: what was admitted once is not admitted for ever. */
async function expectRunningChange({ bench, subject, target, far, v6 }: FilterScene, note: Note): Promise<void> {
  const { api } = bench.tenant;
  const echo = ingress({ protocol: 'ipv6-icmp', port_range_min: 128 });
  await setRules(api, subject, [controlRule, echo]);
  const steady = await startSteadyPing(far.guest, addressOf(target.port, v6));
  for (const [rules, answered] of [
    [[controlRule], false],
    [[controlRule, echo], true],
  ] as const) {
    await setRules(api, subject, rules);
    await steady.waitForAnswers(answered, note);
  }
  await steady.stop();
}

async function expectStateless(scene: FilterScene, note: Note): Promise<void> {
  const { bench, stateless, target, far, v6 } = scene;
  const { api } = bench.tenant;
  const flow = { from: target.guest, to: addressOf(far.port, v6), note };
  const request = packetBetween({ from: target, to: far, subnet: v6 }, 'a request', udp(servicePort));
  await setRules(api, stateless, [controlRule, ...allEgress]);
  await within(scene, new Map([[target, [stateless.id]]]), async () => {
    await expectArrivals({ target: far, packets: [request], wanted: ['a request'], note });
    await expectNoUdp(flow, { count: 1, size: 512 });
    await setRules(api, stateless, [controlRule, ...allEgress, ingress({ protocol: 'udp' })]);
    await expectUdp(flow, { count: 1, size: 512 });
  });
}
