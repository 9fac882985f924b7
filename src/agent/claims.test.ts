import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { newUuid, waitFor } from '../base/index.ts';
import { tables } from '../firsthop/index.ts';
import { dadFrame, type Envelope, frameOf, icmpFrame, packet } from '../firsthop/testing/frames.ts';
import { aMac, anAddress, aUuid } from '../firsthop/testing/intents.ts';
import { addressBytes, solicitedNode } from '../ip/index.ts';
import { noSwitchBecause } from '../openflow/testing/switch.ts';
import type { ExtensionHeader } from '../packet/index.ts';
import { type Fixture, type Plugged, patiently, sendFrame, startFixture } from './testing/fixture.ts';

const routing: ExtensionHeader = { kind: 'routing', body: Uint8Array.of(4, 1, 0, 0, 0, 0) };
const notToBeSkipped: ExtensionHeader = { kind: 'destination-options', body: Uint8Array.of(0x80, 2, 0, 0, 1, 0) };
const atomic: ExtensionHeader = { kind: 'fragment', offsetBytes: 0, moreFragments: false, identification: 1 };

/** What a kernel that has the address ignores; only the hop limit and the destinations are for flows to tell. */
const claims: Record<string, (target: string, from: Envelope) => Uint8Array> = {
  'another group': (target, from) => dadFrame(target, { ...from, destination: anAddress('ff02::1:ff99:9999') }),
  'another MAC': (target, from) => dadFrame(target, { ...from, destinationMac: aMac('fa:16:3e:99:99:99') }),
  'a wrong checksum': (target, from) => withWrongChecksum(dadFrame(target, from)),
  'a routing header to go on': (target, from) => dadFrame(target, { ...from, extensionHeaders: [routing] }),
  'an option not to be skipped': (target, from) => dadFrame(target, { ...from, extensionHeaders: [notToBeSkipped] }),
  'a fragment header': (target, from) => dadFrame(target, { ...from, extensionHeaders: [atomic] }),
  'an authentication header': authenticated,
  'an empty option': withEmptyOption,
};
const owned = Object.keys(claims).map((_, index) => `2001:db8:0:1::a${index}`);
const whileAway = '2001:db8:0:1::b';

describe('an address that a guest on another host has', { skip: noSwitchBecause ?? false }, () => {
  let fixture: Fixture;
  let thief: Plugged;

  before(async () => {
    fixture = await startFixture();
    const all = [...owned, whileAway];
    const fixedAddresses = all.map((text) => ({ subnetId: aUuid(200), address: anAddress(text) }));
    // The flows take a port of another network for one of another host: what it claims is not known here.
    const owner = await fixture.plug({ networkId: newUuid(), fixedAddresses });
    for (const text of all) await owner.guest.must('ip', 'addr', 'add', `${text}/64`, 'dev', 'eth0', 'nodad');
    thief = await fixture.plug();
  });
  after(async () => {
    await fixture.removeGuests();
    await fixture.stop();
  });

  /** Whether somebody has defended the address against the thief, whose binding is void then. */
  const isDefended = async (target: string) => {
    const flows = await fixture.host.ovs.ofctl('dump-flows', 'br-hop', `table=${tables.conflicts}`);
    return flows.includes(`reg7=0x${(anAddress(target).value & 0xffffffffn).toString(16)},`);
  };
  const willBeDefended = (target: string, claim?: Uint8Array) =>
    waitFor(
      `the defence of ${target}`,
      async () => {
        if (claim) await sendFrame(thief.guest, claim);
        return isDefended(target);
      },
      patiently,
    );

  Object.entries(claims).forEach(([name, claim], index) => {
    test(`is not lost to a claim with ${name}`, async () => {
      const target = owned[index] ?? assert.fail();
      await willBeDefended(target, claim(target, { sourceMac: thief.mac }));
    });
  });

  test('is not lost to a malformed claim that was made while the agent was away', async () => {
    const { host } = fixture;
    await host.agent.kill('SIGTERM');
    await sendFrame(thief.guest, withWrongChecksum(dadFrame(whileAway, { sourceMac: thief.mac })));
    await waitFor('the claim', async () =>
      (await host.ovs.ofctl('dump-flows', 'br-hop', `table=${tables.learned}`)).includes('reg7=0xb,'),
    );
    host.startAgent();
    await willBeDefended(whileAway);
  });
});

function withWrongChecksum(frame: Uint8Array): Uint8Array {
  const at = 14 + 40 + 2;
  return frame.with(at, (frame[at] ?? 0) ^ 0x55);
}

/** RFC 4302 §2.2, with 12 octets of integrity check value. */
function authenticated(target: string, { sourceMac }: Envelope): Uint8Array {
  const solicitation = { kind: 'neighbor-solicitation', target: anAddress(target), options: [] } as const;
  const plain = packet(solicitation, { source: anAddress('::'), destination: solicitedNode(anAddress(target)) });
  const header = Uint8Array.of(58, 4, 0, 0, ...new Uint8Array(20));
  return frameOf(
    { ...plain, protocol: 51, payload: Uint8Array.of(...header, ...plain.payload) },
    { ...(sourceMac && { sourceMac }) },
  );
}

/** A nonce option with a length of 0 (RFC 4861 §4.6). */
function withEmptyOption(target: string, from: Envelope): Uint8Array {
  const address = anAddress(target);
  const body = Uint8Array.of(0, 0, 0, 0, ...addressBytes(address), 14, 0, 0, 0, 0, 0, 0, 0);
  const envelope = { source: anAddress('::'), destination: solicitedNode(address), ...from };
  return icmpFrame({ kind: 'other', type: 135, code: 0, body }, envelope);
}
