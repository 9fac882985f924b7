import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AddressGroupId } from '../resources/index.ts';
import { anAddressGroup, aSecurityGroup, aSecurityGroupRule, prefix } from '../resources/testing/builders.ts';
import { withNorthbound } from './testing/real-northbound.ts';

const id = '11111111-2222-4333-8444-555555555555' as AddressGroupId;
const [v4, v6] = ['as_11111111_2222_4333_8444_555555555555_v4', 'as_11111111_2222_4333_8444_555555555555_v6'];

test('an address group is two address sets, which rules name and whose elements alone change', () =>
  withNorthbound(async (nb) => {
    const peers = anAddressGroup({ id, addresses: ['2001:db8::1/128', '2001:db8:1::/64', '192.0.2.0/24'].map(prefix) });
    const group = aSecurityGroup();
    const rule = aSecurityGroupRule({ securityGroupId: group.id, remoteAddressGroupId: id });
    const objects = { securityGroups: [group], securityGroupRules: [rule], addressGroups: [peers] };
    await nb.converge(objects);
    const sets = () =>
      [...nb.stranger.replica.table('Address_Set').rows()].filter(({ name }) => name.includes('11111111'));
    assert.deepEqual(
      new Map(sets().map(({ name, addresses }) => [name, new Set(addresses)])),
      new Map([
        [v4, new Set(['192.0.2.0/24'])],
        [v6, new Set(['2001:db8::1', '2001:db8:1::/64'])],
      ]),
    );
    assert.match(nb.stranger.replica.table('ACL').find(rule.id)?.match ?? '', new RegExp(`ip6.src == \\$${v6}$`));
    const addresses = ['2001:db8::2/128', '2001:db8:1::/64', '192.0.2.0/24'].map(prefix);
    const changed = { ...objects, addressGroups: [{ ...peers, revision: 2, addresses }] };
    const operations = await nb.converge(changed, [{ kind: 'address-group', id }]);
    assert.deepEqual(
      operations
        .flatMap((one) => (one.op === 'mutate' ? one.mutations : []))
        .filter(([column]) => column === 'addresses'),
      [
        ['addresses', 'delete', ['2001:db8::1']],
        ['addresses', 'insert', ['2001:db8::2']],
      ],
    );
    await nb.converge({}, [{ kind: 'address-group', id }]);
    assert.deepEqual(sets(), []);
  }));
