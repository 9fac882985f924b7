import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Lab, openLab } from '../../gaps/lab/index.ts';
import type { Network, Port } from '../../src/client/index.ts';
import { northboundContradictions } from './northbound.ts';

const network = { id: '11111111-1111-4111-8111-111111111111', admin_state_up: true } as unknown as Network;
const port = {
  id: '22222222-2222-4222-8222-222222222222',
  network_id: network.id,
  mac_address: 'fa:16:3e:00:00:01',
  admin_state_up: true,
  device_owner: '',
  port_security_enabled: false,
  security_groups: [],
  fixed_ips: [{ subnet_id: '', ip_address: '2001:db8::1' }],
} as unknown as Port;
const inventory = { networks: [network], subnets: [], ports: [port], routers: [], securityGroups: [] };

let lab: Lab;
before(async () => {
  lab = await openLab({ hosts: 1 });
});
after(() => lab?.close());

test('sees each row that NB lacks, and each that is not called for', async () => {
  const { nbctl } = lab.central;
  const told = () => northboundContradictions(lab.central, inventory);
  const portLine = `port ${port.id} of neutron-${network.id} enabled=true 2001:db8::1 fa:16:3e:00:00:01`;
  assert.deepEqual(await told(), [`NB lacks: switch neutron-${network.id}`, `NB lacks: ${portLine}`]);
  await nbctl('ls-add', `neutron-${network.id}`, '--', 'lsp-add', `neutron-${network.id}`, port.id);
  await nbctl(
    'lsp-set-addresses',
    port.id,
    'fa:16:3e:00:00:01 2001:db8::1',
    '--',
    'lsp-set-enabled',
    port.id,
    'enabled',
  );
  assert.deepEqual(await told(), []);
  await nbctl('ls-add', 'stray', '--', 'acl-add', 'stray', 'to-lport', '1', '1', 'drop');
  assert.deepEqual(await told(), ['stray in NB: switch stray', 'stray in NB: a row of ACL']);
});
