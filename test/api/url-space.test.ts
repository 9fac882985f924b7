import assert from 'node:assert/strict';
import { type Catalog, createCatalog } from '../../src/api/index.ts';
import { ok } from '../../src/base/index.ts';
import type { Action, Stored } from '../../src/kit/index.ts';
import { apiTest, type Body, errorType, memberOf } from './harness.ts';

/** Subnets as parts of their networks: nothing that is served yet stands below another thing. */
function withSubnetsBelowNetworks(): Catalog {
  const path = 'networks/:network_id/subnets';
  return createCatalog((resource) =>
    resource.definition.name === 'subnet' ? { ...resource, definition: { ...resource.definition, path } } : resource,
  );
}

const blue = memberOf('blue');
const subnet = { ip_version: 6, cidr: '2001:db8::/64' };

apiTest(
  'serves a part below its parent, which the path alone names',
  async (api) => {
    const [one, other] = [await api.create('networks', {}, blue), await api.create('networks', {}, blue)];
    const below = (network: { readonly id: string }, rest = '') => `/v2.0/networks/${network.id}/subnets${rest}`;
    const call = async (method: string, path: string, body?: Body, headers = blue) =>
      await api.call(method, path, { headers, ...(body && { body }) });
    const made = await call('POST', below(one), { subnet });
    const { id, network_id } = made.json.subnet as { readonly id: string; readonly network_id: string };
    assert.equal(network_id, one.id);
    const many = await call('POST', below(other), { subnets: [subnet, { ...subnet, cidr: '2001:db8:1::/64' }] });
    assert.equal(many.status, 201);
    const listed = await call('GET', below(one, '?limit=1'));
    assert.deepEqual(
      (listed.json.subnets as readonly Body[]).map((each) => each.id),
      [id],
    );
    assert.match(JSON.stringify(listed.json.subnets_links), new RegExp(`${below(one)}\\?`));
    assert.equal((await call('GET', below(one, `/${id}`))).status, 200);
    assert.equal(errorType(await call('GET', below(other, `/${id}`))), 'SubnetNotFound');
    assert.equal(errorType(await call('PUT', below(other, `/${id}`), { subnet: { name: 'x' } })), 'SubnetNotFound');
    assert.equal(errorType(await call('DELETE', below(other, `/${id}`))), 'SubnetNotFound');
    assert.equal(errorType(await call('POST', below(one), { subnet: { ...subnet, network_id } })), 'HTTPBadRequest');
    assert.equal((await call('DELETE', below(one, `/${id}`))).status, 204);
  },
  { catalog: withSubnetsBelowNetworks() },
);

apiTest(
  'has nothing below a parent that the caller does not see',
  async (api) => {
    const network = await api.create('networks', {}, blue);
    const path = `/v2.0/networks/${network.id}/subnets`;
    for (const [method, body] of [['GET'], ['POST', { subnet }]] as const) {
      const answer = await api.call(method, path, { headers: memberOf('red'), ...(body && { body }) });
      assert.equal(errorType(answer), 'NetworkNotFound', method);
    }
  },
  { catalog: withSubnetsBelowNetworks() },
);

apiTest(
  'describes a part with its parent as a parameter, and not in its body',
  async (api) => {
    const { json } = await api.call('GET', '/openapi.json');
    const { paths, components } = json as {
      paths: Body;
      components: { schemas: Record<string, { properties: Body }> };
    };
    const part = paths['/v2.0/networks/{network_id}/subnets/{id}'] as { parameters: readonly { name: string }[] };
    assert.deepEqual(
      part.parameters.map(({ name }) => name),
      ['network_id', 'id'],
    );
    assert.equal('network_id' in (components.schemas.subnet_create?.properties ?? {}), false);
  },
  { catalog: withSubnetsBelowNetworks() },
);

apiTest(
  'asks an action by GET, of those who may',
  async (api) => {
    const router = await api.create('routers', {}, blue);
    const path = `/v2.0/routers/${router.id}/owner`;
    const ask = (headers: Readonly<Record<string, string>>) => api.call('GET', path, { headers });
    assert.deepEqual((await ask(blue)).json, { project_id: 'blue' });
    assert.equal((await ask(memberOf('red'))).status, 404);
    assert.equal((await ask({ ...blue, 'x-roles': 'reader' })).status, 403);
    assert.equal((await api.call('PUT', path, { headers: blue, body: {} })).status, 405);
  },
  { catalog: withAnActionThatAsks() },
);

function withAnActionThatAsks(): Catalog {
  return createCatalog((resource) => {
    if (resource.definition.name !== 'router') return resource;
    const owner: Action<Stored> = {
      method: 'GET',
      schema: {},
      answer: { type: 'object' },
      run: async (_router, _body, _reader, { caller }) =>
        ok({ changes: [], dirty: [], answer: { project_id: caller.projectId } }),
    };
    return { ...resource, policy: { ...resource.policy, owner: 'owner' }, actions: { owner } };
  });
}
