import { randomUUID } from 'node:crypto';
import { type Network, unwrap } from '../../src/client/index.ts';
import type { Context, Tenant } from '../contract.ts';
import { expect, type Note } from '../probe.ts';
import { expectRefusal } from './requests.ts';
import { expectPing } from './traffic.ts';
import { addressOf, createWorkbench } from './workbench.ts';

/** A network that is shared with all is seen by the other tenant and takes its ports; one that is not shared is neither. */
export async function expectSharing(context: Context, note: Note): Promise<void> {
  const { cloud, tag, scope } = context;
  const [red, blue] = cloud.tenants;
  const mine = await createWorkbench(context).network();
  const { networks } = cloud.admin;
  const shared = unwrap(await networks.create({ name: tag, shared: true, project_id: red.projectId }));
  scope.defer('the shared network', async () => unwrap(await networks.delete(shared.id)));
  const ids = unwrap(await blue.api.networks.list()).map(({ id }) => id);
  note(
    `tenant ${blue.name} sees the shared network: ${ids.includes(shared.id)}, the unshared: ${ids.includes(mine.id)}`,
  );
  expect(ids.includes(shared.id), 'the shared network is not seen by the other tenant');
  expect(!ids.includes(mine.id), 'a network that is not shared is seen by the other tenant');
  const port = await createWorkbench(context, { tenant: 1 }).port(shared);
  note(`a port of ${blue.name} on the shared network: ${port.id}`);
  const refused = await expectRefusal(context, blue.api.ports, {
    what: `a port of ${blue.name} on the unshared network`,
    request: { network_id: mine.id },
  });
  note(`a port of ${blue.name} on the unshared network: ${refused.status} ${refused.type}`);
}

/**
 * A guest of the other tenant is on the network that a policy shares with that tenant, and reaches the owner's guest. A policy
 * that names a third one gives it nothing, and one that is withdrawn nothing any more.
 */
export async function expectSharingByPolicy(context: Context, note: Note): Promise<void> {
  const [owner, other] = context.cloud.tenants;
  const [h1, h2] = context.guests.hosts;
  const [mine, theirs] = [createWorkbench(context), createWorkbench(context, { tenant: 1 })];
  const network = await mine.network();
  await mine.subnet(network, { cidr: '2001:db8:1:1::/64', ipv6_ra_mode: 'slaac', ipv6_address_mode: 'slaac' });
  await expectHidden(context, network, note);
  await share(context, network, randomUUID().replaceAll('-', ''));
  await expectHidden(context, network, note);
  const policy = await share(context, network, other.projectId);
  expect(await sees(other, network), `${other.name} does not see the network that a policy shares with it`);
  const [near, far] = await Promise.all([mine.plug({ host: h1, network }), theirs.plug({ host: h2, network })]);
  await Promise.all([near, far].map(({ guest, port }) => guest.waitForAddress({ address: addressOf(port) })));
  await expectPing({ from: far.guest, to: addressOf(near.port), note });
  const inUse = await owner.api.rbacPolicies.delete(policy);
  expect(!inUse.ok && inUse.error.status === 409, 'a policy was withdrawn while a port rests on it');
  note(`DELETE of the policy that a port rests on: ${inUse.error.status} ${inUse.error.type}`);
  await far.guest.remove();
  unwrap(await other.api.ports.delete(far.port.id));
  unwrap(await owner.api.rbacPolicies.delete(policy));
  await expectHidden(context, network, note);
}

/** Shares the owner's network with a project. Answers the policy's id. */
async function share({ cloud, scope }: Context, { id }: Network, target_tenant: string): Promise<string> {
  const [{ api }] = cloud.tenants;
  const request = { object_type: 'network', object_id: id, target_tenant, action: 'access_as_shared' } as const;
  const policy = unwrap(await api.rbacPolicies.create(request));
  scope.defer(`RBAC policy ${policy.id}`, async () => {
    const answer = await api.rbacPolicies.delete(policy.id);
    if (!answer.ok && answer.error.status !== 404) unwrap(answer);
  });
  return policy.id;
}

async function expectHidden(context: Context, network: Network, note: Note): Promise<void> {
  const [, other] = context.cloud.tenants;
  expect(!(await sees(other, network)), `${other.name} sees a network that nothing shares with it`);
  const what = `a port of ${other.name} on it`;
  const { status, type } = await expectRefusal(context, other.api.ports, { what, request: { network_id: network.id } });
  note(`${other.name} does not see network ${network.id}; ${what}: ${status} ${type}`);
}

async function sees({ api }: Tenant, { id }: Network): Promise<boolean> {
  return unwrap(await api.networks.list()).some((one) => one.id === id);
}
