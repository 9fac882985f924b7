import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { apiTest, errorType, memberOf } from './harness.ts';

const blue = memberOf('blue');

apiTest('adds addresses to a group and takes them away, whole or not at all', async (api) => {
  const given = { name: 'peers', addresses: ['2001:db8::1', '192.0.2.0/24'] };
  const group = await api.create('address-groups', given, blue);
  assert.deepEqual(group.addresses, ['2001:db8::1/128', '192.0.2.0/24']);
  const change = async (verb: string, addresses: unknown, headers = blue) => {
    const path = `/v2.0/address-groups/${group.id}/${verb}`;
    const answer = await api.call('PUT', path, { body: { addresses }, headers });
    const changed = answer.json.address_group as { readonly addresses: unknown } | undefined;
    return changed?.addresses ?? [answer.status, errorType(answer)];
  };
  assert.deepEqual(await change('add_addresses', ['2001:db8::2', '2001:db8::1']), [400, 'AddressesAlreadyExist']);
  assert.deepEqual(await change('remove_addresses', ['192.0.2.0/24', '2001:db8::9']), [404, 'AddressesNotFound']);
  assert.deepEqual(await change('add_addresses', ['2001:db8::2', '2001:db8::2']), [400, 'HTTPBadRequest']);
  assert.deepEqual(await change('add_addresses', ['nowhere']), [400, 'HTTPBadRequest']);
  assert.deepEqual(await change('add_addresses', ['2001:db8::2'], memberOf('red')), [404, 'AddressGroupNotFound']);
  assert.deepEqual(await change('add_addresses', ['2001:db8::2']), [...(group.addresses as []), '2001:db8::2/128']);
  assert.deepEqual(await change('remove_addresses', ['2001:db8::1', '192.0.2.0/24']), ['2001:db8::2/128']);
  const { json } = await api.call('GET', `/v2.0/address-groups/${group.id}`, { headers: blue });
  assert.equal((json.address_group as { readonly revision_number: number }).revision_number, 3);
});

apiTest('changes the addresses of a group by its actions only', async (api) => {
  const { id } = await api.create('address-groups', {}, blue);
  const body = { address_group: { addresses: ['2001:db8::1'] } };
  const refused = await api.call('PUT', `/v2.0/address-groups/${id}`, { body, headers: blue });
  assert.deepEqual([refused.status, errorType(refused)], [400, 'HTTPBadRequest']);
  assert.equal((await api.call('DELETE', `/v2.0/address-groups/${id}`, { headers: blue })).status, 204);
});

apiTest('takes null for no addresses, and refuses to search for them', async (api) => {
  assert.deepEqual((await api.create('address-groups', { addresses: null }, blue)).addresses, []);
  const search = await api.call('GET', '/v2.0/address-groups?addresses=2001:db8::1', { headers: blue });
  assert.deepEqual([search.status, errorType(search)], [400, 'HTTPBadRequest']);
});

apiTest('reads few groups at a time for a list, as each may have thousands of addresses', async (api) => {
  const groups = Array.from({ length: 11 }, (_, index) => ({ addresses: [`2001:db8::${index}`] }));
  await api.call('POST', '/v2.0/address-groups', { body: { address_groups: groups }, headers: blue });
  const pages = mock.method(api.store.reader, 'pages');
  const { json } = await api.call('GET', '/v2.0/address-groups', { headers: blue });
  assert.equal((json.address_groups as readonly unknown[]).length, 11);
  assert.deepEqual(
    pages.mock.calls.map(({ arguments: [, , size] }) => size),
    [10],
  );
});

apiTest('gives other requests their turn between the pages of a list', async (api) => {
  const addresses = Array.from({ length: 5_000 }, (_, index) => `2001:db8::${index.toString(16)}`);
  for (let made = 0; made < 21; made += 1) await api.create('address-groups', { addresses }, blue);
  const pages = api.store.reader.pages.bind(api.store.reader);
  let turns = 0;
  const seen: number[] = [];
  const counted: typeof pages = async function* (...query) {
    for await (const page of pages(...query)) {
      seen.push(turns);
      setImmediate(() => {
        turns += 1;
      });
      yield page;
    }
  };
  mock.method(api.store.reader, 'pages', counted);
  await api.call('GET', '/v2.0/address-groups?fields=id', { headers: blue });
  assert.deepEqual(seen, [0, 1, 2]);
});
