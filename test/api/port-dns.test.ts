import assert from 'node:assert/strict';
import { apiTest, type Body, errorType } from './harness.ts';

apiTest('keeps names of ports in lower case, and says what their addresses are called', async (api) => {
  const network = await api.create('networks', { dns_domain: 'Example.ORG.' });
  assert.equal(network.dns_domain, 'example.org.');
  const modes = { ipv6_ra_mode: 'dhcpv6-stateful', ipv6_address_mode: 'dhcpv6-stateful' };
  await api.create('subnets', { network_id: network.id, ip_version: 6, cidr: '2001:db8::/64', ...modes });
  const fixed_ips = [{ ip_address: '2001:db8::5' }];
  const port = await api.create('ports', { network_id: network.id, fixed_ips, dns_name: 'Web' });
  const assigned = (hostname: string) => [{ hostname, ip_address: '2001:db8::5', fqdn: `${hostname}.openstacklocal.` }];
  assert.deepEqual([port.dns_name, port.dns_domain, port.dns_assignment], ['web', '', assigned('web')]);
  const body = { port: { dns_name: '', dns_domain: 'example.net.' } };
  const changed = (await api.call('PUT', `/v2.0/ports/${port.id}`, { body })).json.port as Body;
  assert.deepEqual([changed.dns_domain, changed.dns_assignment], ['example.net.', assigned('host-2001-db8--5')]);
  const found = await api.call('GET', '/v2.0/networks?dns_domain=EXAMPLE.org.');
  assert.equal((found.json.networks as readonly Body[]).length, 1);
});

apiTest('refuses what is no name, and no domain', async (api) => {
  const { id } = await api.create('networks');
  const wrong = ['a..b', '-web', 'web-', 'we_b', `${'x'.repeat(64)}`, 'web.1', 'x'.repeat(256), 5, null];
  for (const name of wrong) {
    const body = { port: { network_id: id, dns_name: name } };
    assert.equal(errorType(await api.call('POST', '/v2.0/ports', { body })), 'HTTPBadRequest', String(name));
  }
  for (const domain of ['example.org', '.', 'a..', `${'abc.'.repeat(64)}`]) {
    const body = { network: { dns_domain: domain } };
    assert.equal(errorType(await api.call('PUT', `/v2.0/networks/${id}`, { body })), 'HTTPBadRequest', domain);
  }
});
