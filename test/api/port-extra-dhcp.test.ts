import assert from 'node:assert/strict';
import { apiTest, type Body, errorType } from './harness.ts';

const boot = { opt_name: 'bootfile-name', opt_value: 'pxelinux.0', ip_version: 4 };
const server = { opt_name: 'tftp-server', opt_value: '2001:db8::7', ip_version: 6 };

apiTest('keeps extra DHCP options, and changes those that a request names', async (api) => {
  const { id } = await api.create('networks');
  const given = [{ opt_name: boot.opt_name, opt_value: boot.opt_value }, server];
  const port = await api.create('ports', { network_id: id, extra_dhcp_opts: given });
  assert.deepEqual(port.extra_dhcp_opts, [boot, server]);
  const change = async (options: unknown) => {
    const answer = await api.call('PUT', `/v2.0/ports/${port.id}`, { body: { port: { extra_dhcp_opts: options } } });
    return answer.status === 200 ? (answer.json.port as Body).extra_dhcp_opts : errorType(answer);
  };
  assert.deepEqual(await change([{ ...boot, opt_value: 'other.0' }]), [{ ...boot, opt_value: 'other.0' }, server]);
  assert.deepEqual(await change([{ ...boot, opt_value: null }]), [server]);
  assert.deepEqual(await change([{ ...server, ip_version: 4, opt_value: null }]), [server]);
  assert.deepEqual(await change(null), [server]);
  const wrong = [{ opt_name: '', opt_value: 'x' }, { opt_name: 'mtu', opt_value: '' }, { opt_name: 'mtu' }, 5];
  for (const option of [...wrong, { opt_name: 'a\nb', opt_value: 'x' }, { ...boot, ip_version: 5 }])
    assert.equal(await change([option]), 'HTTPBadRequest', JSON.stringify(option));
  assert.equal((await api.create('ports', { network_id: id })).extra_dhcp_opts?.toString(), '');
});
