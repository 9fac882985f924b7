import assert from 'node:assert/strict';
import { createCatalog } from '../../../src/api/index.ts';
import { apiTest, beatAgent } from '../harness.ts';
import { standingIds } from './scene.ts';
import { findHolesInShared, shareableKinds } from './shared.ts';
import { surveyGrounds } from './walk.ts';

apiTest('lets a project that a policy names use a thing, and change nothing of it', async (api) => {
  const agent = await beatAgent(api, 'h1', '2026-01-01T00:00:00Z');
  const grounds = await surveyGrounds(api, standingIds(agent));
  assert.ok(shareableKinds(grounds).includes('security_group'));
  assert.deepEqual(await findHolesInShared(grounds), []);
});

apiTest(
  'finds the hole when whoever sees a thing may change it',
  async (api) => {
    const agent = await beatAgent(api, 'h1', '2026-01-01T00:00:00Z');
    const holes = await findHolesInShared(await surveyGrounds(api, standingIds(agent)));
    for (const path of ['networks', 'security-groups', 'address-groups', 'address-scopes'])
      assert.ok(holes.includes(`PUT /v2.0/${path}/{id}: 200 on what is shared`), path);
  },
  {
    catalog: createCatalog((resource) => ({
      ...resource,
      policy: Object.fromEntries(Object.keys(resource.policy).map((verb) => [verb, 'reader'])),
    })),
  },
);
