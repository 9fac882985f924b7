import { after, before, describe, test } from 'node:test';
import { startApi, type TestApi } from './harness.ts';
import { cases, replay } from './replay.ts';

describe('answers as Neutron 21 does', () => {
  let api: TestApi;
  before(async () => {
    api = await startApi();
  });
  after(() => api.close());
  for (const recorded of cases) {
    test(`${recorded.section}: ${recorded.name}`, () => replay(api, recorded));
  }
});
