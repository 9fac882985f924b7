import assert from 'node:assert/strict';
import { type Catalog, createCatalog } from '../../../src/api/index.ts';
import { forbidden, type Reader, type ScopedReader } from '../../../src/kit/index.ts';
import { apiTest, beatAgent, type TestApi } from '../harness.ts';
import { type Grounds, standingIds } from './scene.ts';
import { findHoles, findUnreached, surveyGrounds } from './walk.ts';

type Served = Catalog['served'][number];
type Resource = Served['resource'];

/** Everything that is served, with an agent, which no request creates. */
async function survey(api: TestApi): Promise<Grounds> {
  const agent = await beatAgent(api, 'h1', '2026-01-01T00:00:00Z');
  return surveyGrounds(api, standingIds(agent));
}

type Damage = { readonly [Part in keyof Resource]?: Resource[Part] | undefined };

/** The catalogue with a part of each resource taken away or broken. */
function damaged(damage: (resource: Resource) => Damage): Catalog {
  const { extensions, served } = createCatalog();
  const worse = served.map((each) => ({
    ...each,
    resource: { ...each.resource, ...damage(each.resource) } as Resource,
  }));
  return { extensions, served: worse };
}

/** A resource's `create` that sees all that the store holds. */
function seesAll({ create }: Resource): Damage {
  return create ? { create: (input, { unscoped }, context) => create(input, unlimited(unscoped), context) } : {};
}

function unlimited(reader: Reader): ScopedReader {
  return {
    unscoped: reader,
    find: (table, id) => reader.find(table, id),
    list: (table, query) => reader.list(table, query),
    listIds: (table, query) => reader.listIds(table, query),
    claimed: (scope, values) => reader.claimed(scope, values),
    tally: (table, project) => reader.tally(table, project),
    holderOf: (scope, value) => reader.holderOf(scope, value),
    countClaims: (scope) => reader.countClaims(scope),
    heldClaims: (claims) => reader.heldClaims(claims),
    claimedScopes: (scopes) => reader.claimedScopes(scopes),
    claimedBetween: (scope, first, last) => reader.claimedBetween(scope, first, last),
  };
}

/** The catalogue with the ids in bodies not looked at before a rule is asked, and rules that see everything. */
function trusting(): Catalog {
  const { extensions, served } = damaged(seesAll);
  return { extensions, served: served.map((each) => ({ ...each, references: [], parent: undefined })) };
}

apiTest('lets no project reach into another one, on any endpoint, by any reference', async (api) => {
  const grounds = await survey(api);
  assert.ok(grounds.operations.length > 40, `only ${grounds.operations.length} operations were found`);
  assert.deepEqual(await findHoles(grounds), []);
  assert.deepEqual(await findUnreached(grounds), []);
});

apiTest(
  'finds the hole when nobody looks whether a caller sees what a body refers to',
  async (api) => {
    const holes = await findHoles(await survey(api));
    assert.ok(holes.some((hole) => hole.startsWith('POST /v2.0/ports, port.network_id: 201')));
    // Refused, for the prefix is on the network already; but that tells that there is such a network.
    assert.ok(holes.some((hole) => hole.startsWith('POST /v2.0/subnets, subnet.network_id: 400')));
  },
  { catalog: trusting() },
);

apiTest(
  'finds the hole when an action takes what its caller does not see',
  async (api) => {
    const holes = await findHoles(await survey(api));
    const action = 'PUT /v2.0/routers/{id}/add_router_interface';
    assert.ok(holes.some((hole) => hole.startsWith(`${action}, port_id: 200`)));
    assert.ok(holes.includes(`tryReferences: ${action} changed what is the victim's`));
  },
  { catalog: damaged(({ actions = {} }) => ({ actions: Object.fromEntries(Object.entries(actions).map(blinded)) })) },
);

type NamedAction = readonly [string, NonNullable<Resource['actions']>[string]];

function blinded([name, action]: NamedAction): NamedAction {
  const run: typeof action.run = (entity, body, reader, context) =>
    action.run(entity, body, unlimited(reader.unscoped), context);
  return [name, { ...action, run }];
}

apiTest(
  'finds the hole when everybody sees everything',
  async (api) => {
    const holes = await findHoles(await survey(api));
    for (const collection of ['networks', 'subnets', 'ports', 'routers']) {
      assert.ok(holes.includes(`GET /v2.0/${collection} lists what is another project's`));
      assert.ok(holes.some((hole) => hole.startsWith(`GET /v2.0/${collection}/{id}, id: 200`)));
    }
  },
  { catalog: damaged(() => ({ visibleTo: () => ({ kind: 'all', of: [] }) })) },
);

apiTest(
  'lists what cannot be reached',
  async (api) => {
    const unreached = await findUnreached(await survey(api));
    assert.ok(unreached.includes('member: PUT /v2.0/routers/{id}/add_router_interface subnet_id'));
    assert.ok(unreached.includes('admin: GET /v2.0/routers/{id}'));
  },
  {
    catalog: damaged(({ definition, create }) =>
      definition.name === 'router' && create
        ? { create: async () => ({ ok: false, error: forbidden({ rule: 'create_router' }) }) }
        : {},
    ),
  },
);
