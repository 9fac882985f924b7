import { waitFor } from '../../src/base/index.ts';
import type { Network, Subnet } from '../../src/client/index.ts';
import { encodeArp, encodeEthernet, etherTypes } from '../../src/packet/index.ts';
import type { Context, Guest, Row } from '../contract.ts';
import type { Note } from '../probe.ts';
import { addAddress } from '../workbench/detection.ts';
import { aMac, anAddress, carries, markedFrame, type Station } from '../workbench/frames.ts';
import { expectAllRepelled, expectQuota, expectTheftFails, type Forgery, unheardClaims } from '../workbench/hostile.ts';
import { checkImpersonation, checkImpersonationInOutage } from '../workbench/impersonation.ts';
import { expectTakenBack } from '../workbench/reassignment.ts';
import { expectPing } from '../workbench/traffic.ts';
import { addressOf, createWorkbench, type PluggedPort, stationOf, type Workbench } from '../workbench/workbench.ts';

const cidr = '2001:db8:15::/64';
const paired = '2001:db8:15::aaaa';
const ownMade = '2001:db8:15::e1f';
/** Forged addresses lie outside of this pool, so that no port has one by chance. */
const pool4 = { start: '192.0.2.130', end: '192.0.2.150' };
const forgedMac = aMac('fa:16:3e:66:66:66');

/** One hostile guest, a victim on its own host and one on another; every forgery goes to both. */
export const antiSpoofing: Row = {
  id: '15',
  title: 'Anti-spoofing: prevent a VM from using a source IPv6/MAC address which is not assigned to it',
  claim:
    'Frames with a wrong source IPv6, MAC or IPv4 address and forged ARP are dropped at the guest’s own host and counted; assigned, RFC 7217, RFC 8981 and allowed-pair addresses pass; 10,000 forged addresses do not exhaust anything; nobody is impersonated, cut off or denied an address by trains of claim, advertisement and data, with a controller and without.',
  source: ['RFC 6620 §3', 'RFC 7513', 'RFC 7217', 'RFC 8981', 'Networking API v2.0, allowed_address_pairs'],
  timeoutSeconds: 240,
  async check(context) {
    const scene = await makeScene(context);
    const { attacker, near, far, v6 } = scene;
    const assault = { attacker, victims: [near, far], forgeries: forgeriesOf(scene) };
    await expectAllRepelled(context, { ...assault, stationOf: (one) => stationOf(one, v6) });
    await checkTheft(context, scene);
    await checkUnheardClaims(context, scene);
    await checkLegitimate(context, scene);
    await context.probe.part('10,000 forged addresses: the quota holds, the guest works on', (note) =>
      expectFloodHarmless(scene, note),
    );
    await context.probe.part('an address that the API gives to another port is its first holder’s no more', (note) =>
      expectTakenBack({ ...scene, subnet: v6, holder: attacker, witness: near, host: far.guest.host, note }),
    );
    await checkImpersonation(context);
    await checkImpersonationInOutage(context);
  },
};

/** An address that the guest made itself before the flood is its own afterwards, too. */
async function expectFloodHarmless({ attacker, near: victim, far, v6 }: Scene, note: Note): Promise<void> {
  const [attackerStation, victimStation] = [stationOf(attacker, v6), stationOf(victim, v6)];
  const to = addressOf(far.port, v6);
  await addAddress(attacker, ownMade);
  await attacker.guest.waitForAddress({ address: ownMade });
  await expectPing({ from: attacker.guest, to, note }, ownMade);
  await expectQuota({ attacker, victim, attackerStation, victimStation, prefix: cidr, count: 10_000, note });
  await expectPing({ from: attacker.guest, to, note });
  await expectPing({ from: attacker.guest, to, note }, ownMade);
}

/** The host for the flood: its switch gets busy, so it is not the one where most other rows have their guests. */
function hostsOf({ guests }: Context): { readonly here: string; readonly there: string } {
  const [there] = guests.hosts;
  return { here: guests.hosts.at(-1) ?? there, there };
}

interface Scene {
  readonly bench: Workbench;
  readonly network: Network;
  readonly v6: Subnet;
  readonly v4: Subnet;
  readonly attacker: PluggedPort;
  readonly near: PluggedPort;
  readonly far: PluggedPort;
}

async function makeScene(context: Context): Promise<Scene> {
  const { here, there } = hostsOf(context);
  const bench = createWorkbench(context);
  const network = await bench.network();
  const v6 = await bench.subnet(network, { cidr, ipv6_ra_mode: 'slaac', ipv6_address_mode: 'slaac' });
  const v4 = await bench.subnet(network, { cidr: '192.0.2.128/26', allocation_pools: [pool4] });
  const [attacker, near, far] = await Promise.all([
    bench.plug({ host: here, network, port: { allowed_address_pairs: [{ ip_address: paired }] } }),
    bench.plug({ host: here, network }),
    bench.plug({ host: there, network }),
  ]);
  for (const { guest, port } of [attacker, near, far]) {
    await guest.waitForAddress({ address: addressOf(port, v6) });
    await guest.run(['ip', 'address', 'add', `${addressOf(port, v4)}/26`, 'dev', 'eth0']);
  }
  return { bench, network, v6, v4, attacker, near, far };
}

/** Each breaks exactly one thing, so that no other check can be what drops it. */
function forgeriesOf({ attacker, near, far, v6, v4 }: Scene): readonly Forgery[] {
  const own = stationOf(attacker, v6);
  const own4 = stationOf(attacker, v4);
  /** Three copies to each victim: were the first ones lost on the way, the others would arrive. */
  const forgery = (name: string, marker: string | Uint8Array, forge: (victim: PluggedPort) => Uint8Array): Forgery => ({
    name,
    frames: [near, far].flatMap((victim) => Array.from({ length: 3 }, () => forge(victim))),
    isForged: (frame) => carries(frame, marker),
  });
  const udp = (name: string, from: Station, subnet: Subnet): Forgery => {
    const marker = `<${name}>`;
    return forgery(name, marker, (victim) => markedFrame(from, stationOf(victim, subnet), marker));
  };
  const arp = (name: string, senderMac: string, senderAddress: string): Forgery => {
    const sender = [...Buffer.from(senderMac.replaceAll(':', ''), 'hex'), ...senderAddress.split('.').map(Number)];
    return forgery(name, Uint8Array.from(sender), (victim) =>
      arpReply(own.mac, senderMac, senderAddress, stationOf(victim, v4)),
    );
  };
  return [
    udp('wrong source IPv6: an address of nobody', { ...own, address: anAddress('2001:db8:15::bad') }, v6),
    udp('wrong source IPv6: the address of another port', { ...own, address: anAddress(addressOf(near.port, v6)) }, v6),
    udp('wrong source IPv6: a link-local of nobody', { ...own, address: anAddress('fe80::bad') }, v6),
    udp('wrong source MAC', { ...own, mac: forgedMac }, v6),
    udp('wrong source IPv4', { ...own4, address: anAddress('192.0.2.187') }, v4),
    udp('wrong source MAC with IPv4', { ...own4, mac: forgedMac }, v4),
    arp('forged ARP: an address of nobody', attacker.port.mac_address, '192.0.2.188'),
    arp('forged ARP: another hardware address', forgedMac, addressOf(attacker.port, v4)),
  ];
}

/** First come, first served: a second claim of an address fails, on the owner's host and on another one. */
async function checkTheft({ probe }: Context, { attacker, near, far, v6 }: Scene): Promise<void> {
  const attackerStation = stationOf(attacker, v6);
  for (const [where, owner, witness] of [
    ['on this host', near, far],
    ['on another host', far, near],
  ] as const) {
    await probe.part(
      `the address of a port ${where} cannot be claimed by DAD`,
      (note) => {
        const [ownerStation, witnessStation] = [stationOf(owner, v6), stationOf(witness, v6)];
        return expectTheftFails({ attacker, attackerStation, owner, ownerStation, witness, witnessStation, note });
      },
      { essential: true },
    );
  }
}

/** Each with an address of its own, so that none is refused for the defence that the one before has met with. */
async function checkUnheardClaims({ probe }: Context, { attacker, near, far, v6 }: Scene): Promise<void> {
  const [attackerStation, witnessStation] = [stationOf(attacker, v6), stationOf(near, v6)];
  for (const [index, [name, claimOf]] of Object.entries(unheardClaims).entries()) {
    await probe.part(
      `an address on another host cannot be claimed with ${name}`,
      async (note) => {
        const address = `2001:db8:15::c1a1:${index}`;
        await far.guest.run(['ip', 'address', 'add', `${address}/64`, 'dev', 'eth0', 'preferred_lft', '0']);
        await far.guest.waitForAddress({ address });
        const ownerStation = { ...stationOf(far, v6), address: anAddress(address) };
        const [owner, witness] = [far, near];
        await expectTheftFails({
          ...{ attacker, attackerStation, owner, ownerStation, witness, witnessStation },
          ...{ claimOf, note },
        });
      },
      { essential: true },
    );
  }
}

async function checkLegitimate(context: Context, { bench, network, attacker, far, v6 }: Scene): Promise<void> {
  const to = addressOf(far.port, v6);
  const { probe } = context;
  const { here } = hostsOf(context);
  await probe.part('the assigned address passes', (note) => expectPing({ from: attacker.guest, to, note }));
  await probe.part('an allowed-pair address passes', async (note) => {
    await attacker.guest.run(['ip', 'address', 'add', `${paired}/64`, 'dev', 'eth0', 'preferred_lft', '0']);
    await attacker.guest.waitForAddress({ address: paired });
    await expectPing({ from: attacker.guest, to, note }, paired);
  });
  const own = [
    ['an RFC 7217 address passes', { addr_gen_mode: 3 }, false],
    ['an RFC 8981 temporary address passes', { use_tempaddr: 2 }, true],
  ] as const;
  await Promise.all(
    own.map(([name, settings, temporary]) =>
      probe.part(name, async (note) => {
        const { guest, port } = await bench.plug({ host: here, network, settings });
        const assigned = addressOf(port, v6);
        const found = await waitForOwnAddress(guest, assigned, temporary);
        note(`the port's address is ${assigned}, the guest's ${found}`);
        await expectPing({ from: guest, to, note }, found);
      }),
    ),
  );
}

/** An address that the guest made itself and that the API did not assign. */
function waitForOwnAddress(guest: Guest, assigned: string, temporary: boolean): Promise<string> {
  return waitFor(`an address that ${guest.name} made itself`, async () => {
    const usable = (await guest.addresses('eth0')).filter(({ scope, tentative }) => scope === 'global' && !tentative);
    return usable.find((one) => one.address !== assigned && one.temporary === temporary)?.address;
  });
}

/** A gratuitous reply to one victim; the Ethernet source stays honest. */
function arpReply(source: Station['mac'], senderMac: string, senderAddress: string, victim: Station): Uint8Array {
  return encodeEthernet({
    source,
    destination: victim.mac,
    etherType: etherTypes.arp,
    payload: encodeArp({
      kind: 'reply',
      senderMac: aMac(senderMac),
      senderAddress: anAddress(senderAddress),
      targetMac: victim.mac,
      targetAddress: victim.address,
    }),
  });
}
