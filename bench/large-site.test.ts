import assert from 'node:assert/strict';
import { test } from 'node:test';
import { milliseconds, waitFor } from '../src/base/index.ts';
import { unwrap } from '../src/client/index.ts';
import { openLargeSite } from './large-site.ts';

const within = milliseconds(20_000);

test('has every port where it belongs, told to its host, wired and ACTIVE, also after a kill of the controller', async (context) => {
  const site = await openLargeSite({ hosts: 4, portsPerHost: 4, networks: 4 });
  context.after(() => site.close());
  assert.deepEqual(
    site.hosts.map(({ portIds }) => portIds.length),
    [4, 4, 4, 4],
  );
  for (const { id } of site.networks) {
    const ports = unwrap(await site.client.ports.list({ network_id: id, device_owner: '' }));
    assert.equal(ports.length, 4);
    assert.ok(ports.every(({ fixed_ips }) => fixed_ips.length === 2));
  }
  const hosts = site.simulateHosts();
  await hosts.join(site.hosts);
  const { told } = await hosts.synced(within);
  assert.equal(told, 16);
  const active = async () => unwrap(await site.client.ports.list({ status: 'ACTIVE', device_owner: '' })).length;
  await waitFor('every port to be ACTIVE', async () => (await active()) === 16, { within });

  await hosts.countAnew();
  await site.controller.stop('SIGKILL');
  await hosts.waitFor('every host to notice', ({ synced }) => synced === 0, within);
  await site.controller.start();
  assert.equal((await hosts.synced(within)).told, 16);
});
