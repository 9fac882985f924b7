import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newUuid } from '../base/index.ts';
import type { QosPolicyId, QosRule } from '../resources/index.ts';
import { aNetwork, aPort } from './testing/builders.ts';
import { keysOf, withNorthbound } from './testing/real-northbound.ts';

const policyId = newUuid() as QosPolicyId;

function aRule(values: Partial<QosRule>): QosRule {
  return { id: newUuid() as QosRule['id'], revision: 1, policyId, ...values };
}

const limit = aRule({ direction: 'egress', maxKbps: 1_000, maxBurstKbps: 100 });
const mark = aRule({ dscpMark: 46 });

test('a port has a QoS row for each direction in which its policy has rules', () =>
  withNorthbound(async (nb) => {
    const network = aNetwork({ qosPolicyId: policyId });
    const guest = aPort({ networkId: network.id });
    const other = newUuid() as QosPolicyId;
    const own = aPort({ networkId: network.id, qosPolicyId: other });
    const dhcp = aPort({ networkId: network.id, deviceOwner: 'network:dhcp' });
    const objects = {
      networks: [network],
      ports: [guest, own, dhcp],
      bandwidthLimits: [
        limit,
        aRule({ direction: 'ingress', maxKbps: 0 }),
        aRule({ policyId: other, direction: 'ingress', maxKbps: 7 }),
      ],
      dscpMarks: [mark],
      minimumBandwidths: [aRule({ direction: 'egress', minKbps: 500 })],
    };
    await nb.converge(objects);
    const rows = () =>
      [...nb.stranger.replica.table('QoS').rows()]
        .map(({ match, direction, action, bandwidth }) => ({ match, direction, action, bandwidth }))
        .toSorted((one, two) => one.direction.localeCompare(two.direction));
    const egress = { match: `inport == "${guest.id}"`, direction: 'from-lport', action: { dscp: 46 } };
    const ingress = { match: `outport == "${own.id}"`, direction: 'to-lport', action: {}, bandwidth: { rate: 7 } };
    assert.deepEqual(rows(), [{ ...egress, bandwidth: { rate: 1_000, burst: 100 } }, ingress]);
    const options = nb.stranger.replica.table('Logical_Switch_Port').find(guest.id)?.options;
    assert.deepEqual(options, { qos_min_rate: '500000' });
    assert.deepEqual(await nb.converge(objects), [], 'a second run changes nothing');
    const unlimited = { ...objects, bandwidthLimits: [], minimumBandwidths: [] };
    await nb.converge(unlimited, [{ kind: 'qos-policy-ports', id: `${policyId}.${guest.id[0]}` }]);
    assert.deepEqual(rows()[0], { ...egress, bandwidth: {} });
    await nb.converge({ networks: [network] }, keysOf(objects));
    assert.deepEqual(rows(), []);
  }));

test('a change of a policy looks at the ports of the part that its key names, and no others', () =>
  withNorthbound(async (nb) => {
    const network = aNetwork();
    const ports = ['0', '9', 'f'].map((digit) =>
      aPort({ id: `${digit}${newUuid().slice(1)}` as never, networkId: network.id, qosPolicyId: policyId }),
    );
    await nb.converge({ networks: [network], ports });
    for (const [index, digit] of ['0', '9', 'f'].entries()) {
      const key = { kind: 'qos-policy-ports', id: `${policyId}.${digit}` };
      await nb.converge({ networks: [network], ports, bandwidthLimits: [limit], dscpMarks: [mark] }, [key]);
      assert.equal([...nb.stranger.replica.table('QoS').rows()].length, index + 1);
    }
    const changed = { networks: [aNetwork({ ...network, qosPolicyId: policyId })], ports };
    const keys = ['0', '9', 'f'].map((digit) => ({ kind: 'network-ports', id: `${network.id}.${digit}` }));
    await nb.converge(changed, keys);
    assert.deepEqual([...nb.stranger.replica.table('QoS').rows()], []);
  }));
