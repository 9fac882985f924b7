import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { newUuid, type Uuid, waitFor } from '../base/index.ts';
import { advertisementFrame, dadFrame, echoFrom } from '../firsthop/testing/frames.ts';
import { aMac, anAddress, aUuid } from '../firsthop/testing/intents.ts';
import { noSwitchBecause } from '../openflow/testing/switch.ts';
import { type Fixture, type Plugged, patiently, sendFrame, startFixture } from './testing/fixture.ts';

const fixed = (text: string) => ({ subnetId: aUuid(200), address: anAddress(text) });
/** The flows and the agent take a port of another network for one of another host: what it has is not known here. */
const elsewhere = (): { readonly networkId: Uuid } => ({ networkId: newUuid() });

describe('claims of real guests', { skip: noSwitchBecause ?? false }, () => {
  let fixture: Fixture;
  before(async () => {
    fixture = await startFixture();
  });
  afterEach(() => fixture.removeGuests());
  after(() => fixture?.stop());

  const taken: Record<string, () => Promise<string>> = {
    'a fixed one of a guest on this host': async () => {
      await fixture.plug({ fixedAddresses: [fixed('2001:db8:0:1::a1')] });
      return '2001:db8:0:1::a1';
    },
    'a fixed one of a guest on another host': async () => {
      await fixture.plug({ ...elsewhere(), fixedAddresses: [fixed('2001:db8:0:1::a2')] });
      return '2001:db8:0:1::a2';
    },
    'a fixed one of a port that is plugged nowhere': async () => {
      fixture.host.feed.put({
        ...(await fixture.plug()).intent,
        portId: newUuid(),
        fixedAddresses: [fixed('2001:db8:0:1::a3')],
      });
      return '2001:db8:0:1::a3';
    },
    'one that a guest on this host has made': () => madeBy({}, '2001:db8:0:1::a4'),
    'one that a guest on another host has made': () => madeBy(elsewhere(), '2001:db8:0:1::a5'),
    'that of the gateway': async () => '2001:db8:0:1::1',
    'that of a router': async () => 'fe80::f816:3eff:fe00:fe',
  };
  async function madeBy(given: Partial<Plugged['intent']>, address: string): Promise<string> {
    const owner = await fixture.plug(given);
    await addAddress(owner, address);
    await willBeBound(owner, address);
    return address;
  }
  const willBeBound = ({ portId }: Plugged, address: string) =>
    waitFor(`${address} to be bound`, () => isBoundTo(portId, address), patiently);
  const isBoundTo = (portId: Uuid, text: string) =>
    (fixture.host.feed.intentOf(portId)?.boundAddresses ?? []).some(({ value }) => value === anAddress(text).value);

  for (const [whose, make] of Object.entries(taken)) {
    test(`fail with the guest's own detection when the address is ${whose}`, async () => {
      const address = await make();
      const claimant = await fixture.plug();
      await addAddress(claimant, address);
      await willFailDetection(claimant, address);
    });
  }

  test('are made by the data of a guest that never detects its addresses', async () => {
    const [quiet, peer] = [await fixture.plug({}, { dad_transmits: '0' }), await fixture.plug()];
    await addAddress(peer, '2001:db8:0:1::b1');
    await willBeBound(peer, '2001:db8:0:1::b1');
    await addAddress(quiet, '2001:db8:0:1::b2', 'nodad');
    await willReachFrom(quiet, '2001:db8:0:1::b2', '2001:db8:0:1::b1');
    await willBeBound(quiet, '2001:db8:0:1::b2');
  });

  const places = {
    'the same host': [() => ({}), '2001:db8:0:1::c1'],
    'another host': [elsewhere, '2001:db8:0:1::c2'],
  } as const;
  for (const [where, [given, address]] of Object.entries(places)) {
    test(`succeed for an address that its owner on ${where} has given up, and is there to show it`, async () => {
      const [before, next] = [await fixture.plug(given()), await fixture.plug()];
      await addAddress(before, address);
      await willBeBound(before, address);
      await willReachFrom(before, address, next.linkLocal, '%eth0');
      await before.guest.must('ip', 'addr', 'del', `${address}/64`, 'dev', 'eth0');
      await waitFor('the address to move', () => takes(next, address), patiently);
      await willReachFrom(next, address, before.linkLocal, '%eth0');
    });
  }
  /** As a user does: again when the first time was too soon, as one is protected that may still detect the address. */
  const takes = async (next: Plugged, address: string) => {
    await addAddress(next, address);
    const bound = await waitFor('an answer', async () => {
      if (isBoundTo(next.portId, address)) return 'bound';
      const shown = await next.guest.must('ip', '-6', '-o', 'addr', 'show', 'dev', 'eth0', 'dadfailed');
      return shown.includes(` ${address}/`) && 'failed';
    });
    if (bound === 'failed') await next.guest.must('ip', 'addr', 'del', `${address}/64`, 'dev', 'eth0');
    return bound === 'bound';
  };

  test('take nothing from a guest that is plugged in, but answers for none of its addresses', async () => {
    const [silent, thief] = [await fixture.plug(), await fixture.plug()];
    await addAddress(silent, '2001:db8:0:1::d1');
    await willBeBound(silent, '2001:db8:0:1::d1');
    await silent.guest.must('ip', 'link', 'set', 'eth0', 'down');
    await addAddress(thief, '2001:db8:0:1::d1');
    await willFailDetection(thief, '2001:db8:0:1::d1');
    assert.ok(isBoundTo(silent.portId, '2001:db8:0:1::d1'));
  });

  test('find room, time and again, for a guest that starts with other addresses each time', async () => {
    const [guest, peer] = [await fixture.plug({ learnedAddressQuota: 3 }), await fixture.plug()];
    for (let start = 1; start <= 3; start++) {
      await guest.guest.must('ip', 'addr', 'flush', 'dev', 'eth0', 'scope', 'global');
      for (const part of ['e', 'f']) {
        await addAddress(guest, `2001:db8:0:1::${part}${start}`);
        await willReachFrom(guest, `2001:db8:0:1::${part}${start}`, peer.linkLocal, '%eth0');
      }
    }
  });

  test('end at once with an address that the controller gives to another port', async () => {
    const [before, next, peer] = [await fixture.plug(), await fixture.plug(), await fixture.plug()];
    await addAddress(before, '2001:db8:0:1::aa');
    await willBeBound(before, '2001:db8:0:1::aa');
    await willReachFrom(before, '2001:db8:0:1::aa', peer.linkLocal, '%eth0');
    const { feed } = fixture.host;
    const [was, will] = [feed.intentOf(before.portId), feed.intentOf(next.portId)];
    assert.ok(was && will);
    feed.put({ ...was, revision: was.revision + 1, boundAddresses: [] });
    feed.put({ ...will, revision: will.revision + 1, fixedAddresses: [fixed('2001:db8:0:1::aa')] });
    await waitFor('the end', async () => !(await reachesFrom(before, '2001:db8:0:1::aa', peer.linkLocal, '%eth0')));
    await addAddress(next, '2001:db8:0:1::aa', 'nodad');
    await willReachFrom(next, '2001:db8:0:1::aa', peer.linkLocal, '%eth0');
  });

  describe('without a controller', () => {
    before(() => {
      fixture.host.feed.answersClaims = false;
    });
    after(() => {
      fixture.host.feed.answersClaims = true;
    });

    test('are admitted after a second, unless the owner is there; and the controller decides later', async () => {
      const { feed } = fixture.host;
      const [owner, guest, thief] = [
        await fixture.plug(elsewhere()),
        await fixture.plug(),
        await fixture.plug(elsewhere()),
      ];
      await addAddress(guest, '2001:db8:0:1::77');
      await willReachFrom(guest, '2001:db8:0:1::77', owner.linkLocal, '%eth0');
      await addAddress(thief, '2001:db8:0:1::77');
      await willFailDetection(thief, '2001:db8:0:1::77');
      const given = feed.intentOf(owner.portId);
      assert.ok(given);
      feed.put({ ...given, revision: 2, fixedAddresses: [fixed('2001:db8:0:1::77')] });
      feed.answersClaims = true;
      await waitFor(
        'the loser to be stopped',
        async () => !(await reachesFrom(guest, '2001:db8:0:1::77', owner.linkLocal, '%eth0')),
        patiently,
      );
      feed.answersClaims = false;
    });

    test('are no way to an address whose owner is on another host, however often they are made', async () => {
      const [owner, thief, observer] = [
        await fixture.plug(elsewhere()),
        await fixture.plug(),
        await fixture.plug(elsewhere()),
      ];
      await addAddress(owner, '2001:db8:0:1::78');
      await willReachFrom(owner, '2001:db8:0:1::78', thief.linkLocal, '%eth0');
      const from = { sourceMac: thief.mac };
      for (let i = 0; i < 4; i++) {
        await sendFrame(thief.guest, dadFrame('2001:db8:0:1::78', from));
        await sendFrame(
          thief.guest,
          advertisementFrame('2001:db8:0:1::78', [], { ...from, source: anAddress('2001:db8:0:1::78') }),
        );
        await sendFrame(thief.guest, echoFrom('2001:db8:0:1::78', aMac(thief.mac)));
      }
      await willReachFrom(owner, '2001:db8:0:1::78', observer.linkLocal, '%eth0');
      const flows = await fixture.host.ovs.ofctl('dump-flows', 'br-hop', 'table=180');
      assert.equal(flows.match(/reg7=0x78/g)?.length, 1, flows);
    });
  });
});

function addAddress({ guest }: Plugged, address: string, ...flags: string[]): Promise<string> {
  return guest.must('ip', 'addr', 'add', `${address}/64`, 'dev', 'eth0', ...flags);
}

function willFailDetection({ guest }: Plugged, address: string): Promise<boolean> {
  return waitFor(`the detection of ${address} to fail`, async () => {
    const shown = await guest.must('ip', '-6', '-o', 'addr', 'show', 'dev', 'eth0');
    const line = shown.split('\n').find((one) => one.includes(` ${address}/`)) ?? '';
    assert.ok(line.includes('tentative'), `${address} was admitted: ${line}`);
    return line.includes('dadfailed');
  });
}

async function reachesFrom({ guest }: Plugged, source: string, target: string, zone = ''): Promise<boolean> {
  return (await guest.run('ping', '-6', '-c', '1', '-W', '1', '-I', source, `${target}${zone}`)).code === 0;
}

function willReachFrom(guest: Plugged, source: string, target: string, zone = ''): Promise<boolean> {
  return waitFor(`${source} to reach ${target}`, () => reachesFrom(guest, source, target, zone), patiently);
}
