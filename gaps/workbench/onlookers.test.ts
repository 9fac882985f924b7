import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAddress } from '../../src/ip/index.ts';
import { ipv6Frame } from '../../src/packet/index.ts';
import type { CapturedFrame } from '../contract.ts';
import { anAddress, linkLocalStation, markedFrame } from './frames.ts';
import { advertisement, allNodes, claim, routerSolicitation, solicitation } from './neighbor-frames.ts';
import { isDetectionOf, isLie, type Suspect } from './onlookers.ts';
import { rogueAdvertisement } from './rogue-ra.ts';

const own = linkLocalStation('fa:16:3e:00:00:01');
const other = linkLocalStation('fa:16:3e:00:00:02');
const suspect: Suspect = { mac: own.mac, owned: new Set([formatAddress(own.address)]) };
const stolen = { mac: own.mac, address: other.address };
const incoming = (bytes: Uint8Array): CapturedFrame => ({ at: 0, direction: 'in', bytes });

test('tells the frames with which a guest speaks for an address that is not its own', () => {
  const rogue = rogueAdvertisement({ rogue: own, target: allNodes, prefix: '2001:db8:bad::/64', number: 1 });
  const lies = {
    data: markedFrame(stolen, other, 'data'),
    advertisement: advertisement(stolen),
    'advertisement from its own address': forgedTarget(),
    solicitation: solicitation(stolen, other.address),
    'router solicitation': routerSolicitation(stolen),
    'router advertisement': ipv6Frame(rogue, { sourceMac: own.mac, destinationMac: allNodes.mac }),
  };
  for (const [name, bytes] of Object.entries(lies)) assert.ok(isLie(incoming(bytes), suspect), name);
});

test('takes no offence at what a guest says for itself, at detection, and at other guests', () => {
  const honest = {
    data: markedFrame(own, other, 'data'),
    advertisement: advertisement(own),
    solicitation: solicitation(own, other.address),
    'router solicitation': routerSolicitation(own),
    detection: claim(stolen),
    'data of the other guest': markedFrame(other, own, 'data'),
  };
  for (const [name, bytes] of Object.entries(honest)) assert.ok(!isLie(incoming(bytes), suspect), name);
  assert.ok(!isLie({ ...incoming(markedFrame(stolen, other, 'data')), direction: 'out' }, suspect), 'outgoing');
});

test('tells whose address a detection is about', () => {
  const detection = incoming(claim(stolen));
  assert.ok(isDetectionOf(detection, formatAddress(other.address)));
  assert.ok(!isDetectionOf(detection, formatAddress(anAddress('2001:db8::1'))));
  assert.ok(!isDetectionOf(incoming(solicitation(own, other.address)), formatAddress(other.address)));
});

/** Only its content lies: its source is the address of its sender. */
function forgedTarget(): Uint8Array {
  return advertisement({ mac: own.mac, address: other.address }, { from: own });
}
