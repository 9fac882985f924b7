import assert from 'node:assert/strict';
import { test } from 'node:test';
import { milliseconds, waitFor } from '../base/index.ts';
import { formatAddress } from '../ip/index.ts';
import { aNetwork } from '../store/testing/builders.ts';
import { findPostgres, startPostgres } from '../store/testing/postgres-server.ts';
import { aPortOn, insert, type Place, withPlace } from './testing/place.ts';

const programs = findPostgres();
const within = milliseconds(30_000);

test('two controllers on one PostgreSQL that are asked for the same addresses grant each to one port', {
  skip: !programs,
}, async (context) => {
  const server = await startPostgres(programs ?? '');
  context.after(() => server.stop());
  const database = await server.createDatabase();
  await withPlace(async (one) => withPlace(async (two) => contend([one, two]), { database }), { database });
});

async function contend(places: readonly [Place, Place]): Promise<void> {
  const [first] = places;
  const network = aNetwork();
  // As many as all their quotas hold: 16 each.
  const hosts = places.map((place, index) => {
    const name = `h${index}`;
    return { place, name, ports: Array.from({ length: 10 }, () => aPortOn(network, name)) };
  });
  await first.commit(insert(network, ...hosts.flatMap(({ ports }) => ports)));
  const addresses = Array.from({ length: 160 }, (_, index) => `fe80::7:${index.toString(16)}`);
  const agents = await Promise.all(
    hosts.map(async ({ place, name, ports }) => {
      const agent = await place.connect(name);
      agent.plug(...ports.map(({ id }) => id));
      await agent.synced();
      return { agent, ports };
    }),
  );
  // The one begins where the other ends, so that each is the first to ask for some.
  for (const [host, { agent, ports }] of agents.entries())
    for (const [index, address] of (host === 0 ? addresses : addresses.toReversed()).entries())
      agent.say({ kind: 'claim', claims: [{ portId: ports[index % ports.length]?.id ?? '', address }] });
  const outcomes = () =>
    agents.map(({ agent }) => {
      const last = new Map(
        agent.heard.flatMap((message) =>
          message.kind === 'intent' ? [[message.intent.portId, message.intent.boundAddresses] as const] : [],
        ),
      );
      const granted = [...last.values()].flat().map(formatAddress);
      const refused = agent.heard.flatMap((message) => (message.kind === 'refused' ? message.refusals : []));
      return { granted, refused };
    });
  await waitFor(
    'every claim to be answered',
    () => outcomes().every(({ granted, refused }) => granted.length + refused.length === addresses.length),
    { within },
  );
  const granted = outcomes().flatMap((outcome) => outcome.granted);
  assert.deepEqual([...granted].sort(), [...addresses].sort(), 'each has one owner');
  assert.ok(
    outcomes().every((outcome) => outcome.granted.length > 0),
    'both were asked at the same time',
  );
  const reasons = new Set(outcomes().flatMap(({ refused }) => refused.map(({ reason }) => reason)));
  assert.deepEqual(reasons, new Set(['taken']));
}
