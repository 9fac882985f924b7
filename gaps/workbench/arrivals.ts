import { randomInt } from 'node:crypto';
import { milliseconds, waitFor } from '../../src/base/index.ts';
import type { Capture } from '../contract.ts';
import { expect, type Note } from '../probe.ts';
import { carries, linkLocalStation, type Station } from './frames.ts';
import { type PacketMaker, udp } from './packets.ts';
import type { Rule } from './security-groups.ts';
import type { PluggedPort } from './workbench.ts';

/** A packet that a guest is to send to the target of a trial. */
export interface Packet {
  /** Short: the packet carries it. */
  readonly name: string;
  readonly sender: PluggedPort;
  readonly from: Station;
  readonly to: Station;
  readonly make: PacketMaker;
}

/** Packets that are sent to one target, and those of them that it must get. */
export interface Trial {
  readonly target: PluggedPort;
  readonly packets: readonly Packet[];
  /** Names of the packets that must arrive; all others must not. */
  readonly wanted: readonly string[];
  /** Look for the echo of the target's service at the sender: what the target got is what its kernel put together. */
  readonly echoed?: boolean;
  readonly note: Note;
}

/** On which the last packet of each round goes to the target; a service on it stands there where echoes are looked for. */
export const controlPort = 7777;

/** Admits that last packet: a rule of every group whose ports are targets. */
export const controlRule: Rule = {
  direction: 'ingress',
  ethertype: 'IPv6',
  protocol: 'udp',
  port_range_min: controlPort,
  port_range_max: controlPort,
};

/**
 * Sends all the packets again and again, each time as new flows, until those that arrive are exactly those that are wanted,
 * twice in a row: a change of rules takes a moment to reach the hosts. A round is over when a packet that is always
 * admitted has come after the others. Throws `Unmet` when it does not come to that in time.
 */
export async function expectArrivals({ target, packets, wanted, echoed = false, note }: Trial): Promise<void> {
  const senders = [...new Set(packets.map(({ sender }) => sender))];
  const watched = echoed ? senders : [target];
  const captures = new Map<PluggedPort, Capture>();
  for (const one of watched) captures.set(one, await one.guest.capture(one.interface));
  const watchOf = (sender: PluggedPort) => captures.get(echoed ? sender : target);
  let [rounds, streak, arrived] = [0, 0, ''];
  const settled = async () => {
    rounds += 1;
    arrived = await sendRound({ target, packets, senders, watchOf }).then(describe, String);
    streak = arrived === describe(wanted) ? streak + 1 : 0;
    return streak === 2;
  };
  await waitFor('the right packets', settled, { within: milliseconds(8_000) }).catch(() => undefined);
  await Promise.all([...captures.values()].map((capture) => capture.stop()));
  note(`of ${describe(packets.map(({ name }) => name))} arrived in the last of ${rounds} rounds: ${arrived}`);
  expect(streak === 2, `arrived: ${arrived}; expected: ${describe(wanted)}`);
}

interface Round extends Pick<Trial, 'target' | 'packets'> {
  readonly senders: readonly PluggedPort[];
  readonly watchOf: (sender: PluggedPort) => Capture | undefined;
}

/** Answers the names of the packets that arrived. */
async function sendRound({ target, packets, senders, watchOf }: Round): Promise<readonly string[]> {
  const number = randomInt(1_000_000);
  const markerOf = (name: string, { guest }: PluggedPort) => `<${name} of ${guest.name}, ${number}>`;
  const framesOf = ({ name, sender, from, to, make }: Packet) =>
    make({ from, to, marker: Buffer.from(markerOf(name, sender)), flow: 10_000 + randomInt(50_000) });
  const control = (sender: PluggedPort): Packet => ({
    name: 'control',
    sender,
    from: linkLocalStation(sender.port.mac_address),
    to: linkLocalStation(target.port.mac_address),
    make: udp(controlPort),
  });
  await Promise.all(
    senders.map((sender) => {
      const own = [...packets.filter((one) => one.sender === sender), control(sender)];
      return sender.guest.inject(own.flatMap(framesOf), sender.interface);
    }),
  );
  const hasArrived = (name: string, sender: PluggedPort) => {
    const marker = markerOf(name, sender);
    return watchOf(sender)?.frames.some((frame) => frame.direction === 'in' && carries(frame, marker)) === true;
  };
  await waitFor('the last packet of each sender', () => senders.every((sender) => hasArrived('control', sender)), {
    within: milliseconds(2_000),
    every: milliseconds(5),
  });
  return packets.filter(({ name, sender }) => hasArrived(name, sender)).map(({ name }) => name);
}

function describe(names: readonly string[]): string {
  return [...names].sort().join(', ') || 'nothing';
}
