import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Guest } from '../../gaps/lab/index.ts';
import { Unmet } from '../../gaps/probe.ts';
import { expectUdp, serve, servicePort } from '../../gaps/workbench/traffic.ts';
import { waitFor } from '../../src/base/index.ts';
import { type Network, type Port, type SecurityGroup, unwrap } from '../../src/client/index.ts';
import { addressOf, type Cloud, createNetwork, createPort, openCloud, patience } from './cloud.ts';

/** Longer than an echo takes, and shorter than a test may. */
const refusal = { withinMilliseconds: 1_500 };
const note = () => undefined;

describe('packets pass as the rules of security groups say', () => {
  let cloud: Cloud;
  let network: Network;
  /** Two of the default group on two hosts, and one of a group whose only rules let it send. */
  let near: Port;
  let far: Port;
  let outer: Port;
  let outsiders: SecurityGroup;
  let a: Guest;
  let b: Guest;
  let c: Guest;

  before(async () => {
    cloud = await openCloud();
    const { api } = cloud;
    ({ network } = await createNetwork(api, { name: 'blue', cidr: '2001:db8:b::/64' }));
    outsiders = unwrap(await api.securityGroups.create({ name: 'outsiders' }));
    near = await createPort(api, network, { name: 'near' });
    far = await createPort(api, network, { name: 'far' });
    outer = await createPort(api, network, { name: 'outer', security_groups: [outsiders.id] });
    [a, b, c] = await Promise.all([cloud.plug(near, 'h1'), cloud.plug(far, 'h2'), cloud.plug(outer, 'h1')]);
    await Promise.all([a, b, c].map((guest) => guest.waitForAddress()));
    await serve(b);
  });

  after(() => cloud?.close());

  /** Adds a rule about what may come in. */
  const admit = async (group: string, rule: Readonly<Record<string, unknown>>) =>
    unwrap(
      await cloud.api.securityGroupRules.create({
        ...{ security_group_id: group, direction: 'ingress', ethertype: 'IPv6' },
        ...rule,
      }),
    );

  const canReach = (from: Guest, to: string, source?: string) =>
    from.reaches(to, { withinMilliseconds: patience, ...(source !== undefined && { source }) });

  /** 4,000 octets, which take three fragments here. */
  const sendsFragments = () => met(expectUdp({ from: c, to: addressOf(far), note }, { count: 1, size: 4_000 }));

  test('the default group admits its own ports, and sends to all', async () => {
    assert.equal(await canReach(a, addressOf(far)), true);
    assert.equal(await connects(a, addressOf(far)), true);
    assert.equal(await c.reaches(addressOf(far), refusal), false);
    assert.equal(await connects(c, addressOf(far)), false);
    assert.equal(await a.reaches(addressOf(outer), refusal), false);
    await admit(outsiders.id, { protocol: 'ipv6-icmp', port_range_min: 128, port_range_max: 0 });
    assert.equal(await canReach(a, addressOf(outer)), true, 'its replies come back to the default group');
  });

  test('an address that a guest made counts as its group’s, and a stranger’s does not', async () => {
    await a.run(['ip', 'address', 'add', '2001:db8:b::aaaa/64', 'dev', 'eth0']);
    await a.waitForAddress({ address: '2001:db8:b::aaaa' });
    assert.equal(await canReach(a, addressOf(far), '2001:db8:b::aaaa'), true);
    await c.run(['ip', 'address', 'add', '2001:db8:b::cccc/64', 'dev', 'eth0']);
    await c.waitForAddress({ address: '2001:db8:b::cccc' });
    assert.equal(await c.reaches(addressOf(far), { ...refusal, source: '2001:db8:b::cccc' }), false);
  });

  test('a rule for a port admits a fragmented datagram to it, whole, and one for another port does not', async () => {
    const [group = ''] = far.security_groups ?? [];
    const other = await admit(group, { protocol: 'udp', port_range_min: servicePort + 1, port_range_max: 65_535 });
    assert.equal(await sendsFragments(), false);
    await admit(group, { protocol: 'udp', port_range_min: servicePort, port_range_max: servicePort });
    unwrap(await cloud.api.securityGroupRules.delete(other.id));
    await waitFor('4,000 octets to come back', sendsFragments, { within: patience });
    assert.equal(await connects(c, addressOf(far)), false);
  });

  test('a port without groups has its addresses, and nothing passes', async () => {
    const alone = await createPort(cloud.api, network, { name: 'alone', security_groups: [] });
    const guest = await cloud.plug(alone, 'h2');
    await guest.waitForAddress({ address: addressOf(alone) });
    assert.equal(await guest.reaches(addressOf(outer), refusal), false);
    assert.equal(await a.reaches(addressOf(alone), refusal), false);
    unwrap(await cloud.api.ports.update(alone.id, { port_security_enabled: false }));
    assert.equal(await canReach(guest, addressOf(outer)), true);
  });
});

/** Whether a TCP connection comes about. */
async function connects(from: Guest, to: string): Promise<boolean> {
  return (await from.run(['timeout', '1.5', 'bash', '-c', `</dev/tcp/${to}/${servicePort}`])).code === 0;
}

/** Whether traffic passed as it was expected to. */
async function met(expectation: Promise<unknown>): Promise<boolean> {
  try {
    await expectation;
    return true;
  } catch (error) {
    if (error instanceof Unmet) return false;
    throw error;
  }
}
