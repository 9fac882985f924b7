import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Prefix, parsePrefix, prefixContainsPrefix, prefixOverlaps } from '../../src/ip/index.ts';
import { apiTest, type Body, type Made, type TestApi } from './harness.ts';

/** The first subnets of 198.18.0.0/22, which is all that the pools have. */
const cidr = fc.tuple(fc.nat(1_023), fc.integer({ min: 24, max: 29 })).map(([at, length]) => {
  const first = at - (at % 2 ** (32 - length));
  return `198.18.${first >> 8}.${first & 255}/${length}`;
});

type Step =
  | { readonly do: 'take'; readonly body: Body }
  | { readonly do: 'end'; readonly what: string; readonly which: number }
  | { readonly do: 'add_prefixes'; readonly prefix: string }
  | { readonly do: 'remove_prefixes'; readonly prefix: string }
  | { readonly do: 'onboard'; readonly cidr: string };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('take' as const), body: fc.record({ cidr }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('take' as const),
      body: fc.record({ prefixlen: fc.integer({ min: 24, max: 29 }) }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('end' as const),
      what: fc.constantFrom('subnets', 'networks'),
      which: fc.nat(99),
    }),
  },
  fc.record({ do: fc.constant('add_prefixes' as const), prefix: cidr }),
  fc.record({ do: fc.constant('remove_prefixes' as const), prefix: cidr }),
  fc.record({ do: fc.constant('onboard' as const), cidr }),
);

async function run(api: TestApi, pool: Made, each: Step): Promise<number> {
  const path = `/v2.0/subnetpools/${pool.id}`;
  if (each.do === 'add_prefixes' || each.do === 'remove_prefixes')
    return (await api.call('PUT', `${path}/${each.do}`, { body: { prefixes: [each.prefix] } })).status;
  if (each.do === 'end') {
    const { json } = await api.call('GET', `/v2.0/subnets?subnetpool_id=${pool.id}`);
    const subnets = json.subnets as readonly Made[];
    const subnet = subnets[each.which % Math.max(1, subnets.length)];
    const id = each.what === 'networks' ? subnet?.network_id : subnet?.id;
    return subnet ? (await api.call('DELETE', `/v2.0/${each.what}/${id}`)).status : 204;
  }
  const network = await api.create('networks');
  const plain = { network_id: network.id, ip_version: 4, enable_dhcp: false };
  if (each.do === 'take')
    return (
      await api.call('POST', '/v2.0/subnets', { body: { subnet: { ...plain, subnetpool_id: pool.id, ...each.body } } })
    ).status;
  await api.call('POST', '/v2.0/subnets', { body: { subnet: { ...plain, cidr: each.cidr } } });
  return (await api.call('PUT', `${path}/onboard_network_subnets`, { body: { network_id: network.id } })).status;
}

function prefixesOf(texts: readonly unknown[]): readonly Prefix[] {
  return texts.map((text) => parsePrefix(String(text)) as Prefix);
}

/** All that the pool has is its subnets' or can be had, and no address is two subnets'. */
async function assertWhole(api: TestApi, pool: Made): Promise<void> {
  const { json } = await api.call('GET', `/v2.0/subnets?subnetpool_id=${pool.id}`);
  const taken = prefixesOf((json.subnets as readonly Body[]).map((subnet) => subnet.cidr));
  const shown = (await api.call('GET', `/v2.0/subnetpools/${pool.id}`)).json.subnetpool as Body;
  const whole = prefixesOf(shown.prefixes as readonly unknown[]);
  for (const [index, one] of taken.entries()) {
    assert.ok(whole.some((each) => prefixContainsPrefix(each, one)));
    assert.ok(!taken.slice(index + 1).some((other) => prefixOverlaps(one, other)));
  }
  const size = (prefixes: readonly Prefix[]) => prefixes.reduce((sum, { length }) => sum + 2 ** (32 - length), 0);
  const left: string[] = [];
  for (let length = 22; length <= 29; length++) {
    for (;;) {
      const network = await api.create('networks');
      const subnet = { network_id: network.id, ip_version: 4, subnetpool_id: pool.id, prefixlen: length };
      const answer = await api.call('POST', '/v2.0/subnets', { body: { subnet } });
      if (answer.status !== 201) break;
      left.push(String((answer.json.subnet as Body).cidr));
    }
  }
  assert.equal(size(taken) + size(prefixesOf(left)), size(whole));
}

apiTest('gives out all of a pool and nothing twice, whatever comes and goes, three at a time', async (api) => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
      const bounds = { min_prefixlen: 22, max_prefixlen: 29, default_prefixlen: 26 };
      const pool = await api.create('subnetpools', { name: 'p', prefixes: ['198.18.0.0/23'], ...bounds });
      for (let at = 0; at < steps.length; at += 3)
        await Promise.all(steps.slice(at, at + 3).map((each) => run(api, pool, each)));
      await assertWhole(api, pool);
    }),
    { numRuns: 6, seed: 1 },
  );
});
