import { randomInt } from 'node:crypto';
import type { Network, Subnet } from '../../src/client/index.ts';
import { type Address, eui64, formatAddress, type Mac } from '../../src/ip/index.ts';
import { expect, type Note } from '../probe.ts';
import { addAddress, detectionOf, removeAddress } from './detection.ts';
import { aMac, aPrefix, carries, markedFrame } from './frames.ts';
import { expectPing } from './traffic.ts';
import { pretend } from './trains.ts';
import { addressOf, captureAll, type PluggedPort, stationOf, type Workbench } from './workbench.ts';

/** A guest that has made an address itself, and the network in which the API gives it to another port. */
export interface Reassignment {
  readonly bench: Workbench;
  readonly network: Network;
  /** Where guests make addresses. */
  readonly subnet: Subnet;
  readonly holder: PluggedPort;
  /** Hears of it. */
  readonly witness: PluggedPort;
  /** Where the new owner is put. */
  readonly host: string;
  readonly note: Note;
}

/**
 * The guest uses the address that SLAAC makes of a MAC which no port has. Then a port gets that MAC: the address is its own
 * from that moment, its guest can take and use it, and nothing arrives any more that the first guest sends from it.
 */
export async function expectTakenBack(reassignment: Reassignment): Promise<void> {
  const { bench, network, subnet, holder, witness, host, note } = reassignment;
  const mac = anyMac();
  const address = eui64(aPrefix(subnet.cidr), mac);
  const text = formatAddress(address);
  await addAddress(holder, text);
  await holder.guest.waitForAddress({ address: text });
  await expectPing({ from: holder.guest, to: addressOf(witness.port, subnet), note }, text);
  const owner = await bench.plug({ host, network, port: { mac_address: mac } });
  const detection = await detectionOf(owner, text);
  note(`the API gave ${text} to a port on ${host}, whose guest’s detection ended ${detection}`);
  expect(detection === 'unique', `the new owner’s detection ended ${detection}`);
  const arrived = await countArrivals(reassignment, address);
  note(`3 frames sent from it by its first holder: ${arrived} arrived`);
  expect(arrived === 0, `${arrived} frames of its first holder arrived`);
  await removeAddress(holder, text);
  // By one that has no neighbour entry for it: one that had talked to the first holder keeps its MAC for a while.
  expect(await holder.guest.reaches(text), 'the new owner is not reached');
}

/** How many of three frames from the address arrive, once an honest one that was sent after them has. */
async function countArrivals({ holder, witness, subnet }: Reassignment, address: Address): Promise<number> {
  const [capture] = await captureAll([witness]);
  if (!capture) throw new Error('the witness has an interface');
  const to = stationOf(witness, subnet);
  const [marker, honest] = ['from its first holder', 'honest after it'];
  const forged = [1, 2, 3].map(() => markedFrame(pretend({ attacker: holder }, address), to, marker));
  await holder.guest.inject([...forged, markedFrame(stationOf(holder, subnet), to, honest)], holder.interface);
  await capture.waitFor('the honest frame', (frame) => carries(frame, honest), 15_000);
  return (await capture.stop()).filter((frame) => carries(frame, marker)).length;
}

/** A locally administered one (IEEE 802). */
function anyMac(): Mac {
  const hex = randomInt(2 ** 40)
    .toString(16)
    .padStart(10, '0');
  return aMac(`02:${hex.match(/../g)?.join(':')}`);
}
