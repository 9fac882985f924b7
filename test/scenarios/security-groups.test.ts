import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unwrap } from '../../src/client/index.ts';
import { type Site, withSite } from './site.ts';

async function aPort({ api }: Site) {
  const network = unwrap(await api.networks.create({ name: 'blue' }));
  const port = unwrap(await api.ports.create({ network_id: network.id }));
  const group = unwrap(await api.securityGroups.create({ name: 'web' }));
  const other = unwrap(await api.securityGroups.create({ name: 'peers' }));
  return { network, port, group, other };
}

test('the keys of each change about groups are enough: a scan of all finds nothing afterwards (invariant 3)', () =>
  withSite({ northd: false }, async (site) => {
    const { api } = site;
    const { port, group, other } = await aPort(site);
    const peers = { security_group_id: group.id, direction: 'ingress', remote_group_id: other.id } as const;
    const pair = (address: string) => ({ allowed_address_pairs: [{ ip_address: address }] });
    let ruleId = '';
    const changes: readonly (() => Promise<unknown>)[] = [
      () => api.ports.update(port.id, { security_groups: [group.id, other.id] }),
      async () => {
        ruleId = unwrap(await api.securityGroupRules.create({ ...peers, ethertype: 'IPv6', protocol: 'tcp' })).id;
      },
      () => api.ports.update(port.id, pair('2001:db8::77')),
      () => api.ports.update(port.id, pair('2001:db8::/64')),
      () => api.ports.update(port.id, pair('192.0.2.7')),
      () => api.ports.update(port.id, { security_groups: [group.id] }),
      () => api.ports.update(port.id, { security_groups: [other.id] }),
      () => api.securityGroups.update(group.id, { stateful: false }),
      () => api.securityGroupRules.delete(ruleId),
      () => api.ports.update(port.id, { security_groups: [] }),
      () => api.securityGroups.delete(other.id),
      () => api.ports.delete(port.id),
    ];
    await site.settle();
    for (const change of changes) {
      await change();
      await site.settle();
      site.controller.loops.requestScan();
      assert.equal(await site.settle(), 0, String(change));
    }
  }));

test('the set of a remote group has the single addresses of its ports’ pairs, and goes with the last rule', () =>
  withSite({ northd: false }, async (site) => {
    const { api } = site;
    const { port, group, other } = await aPort(site);
    const pairs = ['2001:db8::77', '2001:db8:1::/64', '::/0'].map((ip_address) => ({ ip_address }));
    unwrap(await api.ports.update(port.id, { security_groups: [other.id], allowed_address_pairs: pairs }));
    const rule = { security_group_id: group.id, direction: 'ingress', remote_group_id: other.id } as const;
    const { id } = unwrap(await api.securityGroupRules.create({ ...rule, ethertype: 'IPv6' }));
    await site.settle();
    const name = `as_${other.id.replaceAll('-', '_')}`;
    assert.deepEqual(setsOf(site, other.id), { [`${name}_v4`]: [], [`${name}_v6`]: ['2001:db8::77'] });
    unwrap(await api.securityGroupRules.delete(id));
    await site.settle();
    assert.deepEqual(setsOf(site, other.id), {});
  }));

/** The address sets in NB for one group. */
function setsOf({ watcher }: Site, id: string): Readonly<Record<string, readonly string[]>> {
  const sets = [...watcher.replica.table('Address_Set').rows()];
  const own = sets.filter(({ external_ids }) => external_ids['neutron:security_group_id'] === id);
  return Object.fromEntries(own.map((set) => [set.name, set.addresses]));
}
