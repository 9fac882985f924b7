import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Guest } from '../../gaps/lab/index.ts';
import { parseFrame } from '../../gaps/workbench/frames.ts';
import { waitFor } from '../../src/base/index.ts';
import { type Port, type QosPolicy, unwrap } from '../../src/client/index.ts';
import { formatAddress } from '../../src/ip/index.ts';
import { addressOf, type Cloud, createNetwork, createPort, openCloud, patience } from './cloud.ts';

describe('packets are treated as the QoS policy of their port says', () => {
  let cloud: Cloud;
  let policy: QosPolicy;
  let far: Port;
  let a: Guest;
  let b: Guest;

  before(async () => {
    cloud = await openCloud();
    const { api } = cloud;
    const { network } = await createNetwork(api, { name: 'blue', cidr: '2001:db8:b::/64' });
    policy = unwrap(await api.qosPolicies.create({ name: 'gold' }));
    const near = await createPort(api, network, { name: 'near', qos_policy_id: policy.id });
    far = await createPort(api, network, { name: 'far' });
    [a, b] = await Promise.all([cloud.plug(near, 'h1'), cloud.plug(far, 'h2')]);
    await Promise.all([a, b].map((guest) => guest.waitForAddress()));
    assert.equal(await a.reaches(addressOf(far), { withinMilliseconds: patience }), true);
  });

  after(() => cloud?.close());

  test('what a guest sends arrives with the mark, and no more of it than the limit lets pass', async () => {
    const { api } = cloud;
    unwrap(await api.qosPoliciesDscpMarkingRules(policy.id).create({ dscp_mark: 46 }));
    await waitFor('the mark', async () => (await markOfEcho()) === 46, { within: patience });
    const limits = api.qosPoliciesBandwidthLimitRules(policy.id);
    await waitFor('no limit yet', async () => (await countEchoes()) === burst, { within: patience });
    // A burst of 100 kilobits are a dozen of the packets; the rate adds one in a second.
    const limit = unwrap(await limits.create({ max_kbps: 10, max_burst_kbps: 100 }));
    await waitFor('the limit', async () => (await countEchoes()) < burst / 2, { within: patience });
    unwrap(await limits.delete(limit.id));
    await waitFor('no limit', async () => (await countEchoes()) === burst, { within: patience });
  });

  /** The mark that one echo request has at the other guest. */
  async function markOfEcho(): Promise<number> {
    const capture = await b.capture('eth0');
    await a.ping(addressOf(far), { count: 1 });
    const frames = (await capture.stop()).flatMap((frame) => parseFrame(frame)?.ipv6 ?? []);
    const request = frames.find(({ destination }) => formatAddress(destination) === addressOf(far));
    return (request?.trafficClass ?? 0) >> 2;
  }

  /** Sent at once, which the burst of a limit does not let pass. */
  const burst = 100;

  async function countEchoes(): Promise<number> {
    const options = `-n -q -l ${burst} -c ${burst} -s 1000 -W 1`;
    const { stdout } = await a.run(['ping', ...options.split(' '), addressOf(far)]);
    return Number(/(\d+) received/.exec(stdout)?.[1] ?? 0);
  }
});
