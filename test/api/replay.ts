import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { type Answer, type Body, type CallOptions, errorType, type TestApi } from './harness.ts';

/** Something that exists before the request: made by a POST to a collection, or by a PUT. */
type Given = Body & { readonly as: string; readonly post?: string; readonly put?: string; readonly mayFail?: boolean };

/** A request that was once sent to Neutron, the things that were there before, and what Neutron answered. */
export interface RecordedCase {
  readonly section: string;
  readonly name: string;
  readonly given: readonly Given[];
  readonly request: CallOptions & { readonly method: string; readonly path: string };
  readonly expect: { readonly status: number; readonly type?: string; readonly result?: unknown };
}

/** Where Sextant differs from Neutron on purpose, by the case's name, and what it answers instead. */
const deviations: Readonly<
  Record<string, { readonly because: string; readonly status: number; readonly result?: unknown }>
> = {
  '...existing port afterwards': {
    because: 'the guest configures the new prefix from its advertisement, so the port must show and admit that address',
    status: 200,
    result: {
      fixed_ips: [
        { subnet_id: '$s1', ip_address: '2001:db8:80:0:f816:3eff:fe11:2255' },
        { subnet_id: '$s2', ip_address: '2001:db8:81:0:f816:3eff:fe11:2255' },
      ],
    },
  },
  'bulk: 2 ports on v6-only SLAAC network, no mac': {
    because: 'Neutron fails with an internal error, after which its database has ports that nobody was told of',
    status: 201,
  },
  'unset fe80::/10': { because: 'link-local addresses are of every link and of no subnet', status: 400 },
  'unset ::ffff:0:0/96': { because: 'an IPv4-mapped address is never on a link (RFC 4291 §2.5.5.2)', status: 400 },
  'gateway unspecified ::': { because: 'no router can have the unspecified address', status: 400 },
  'SLAAC: explicit EUI-64 address of own MAC': {
    because: 'the port has that address in any case; Neutron takes it after version 21',
    status: 201,
    result: { fixed_ips: [{ subnet_id: '$s1', ip_address: '2001:db8:80:0:f816:3eff:fe11:2233' }] },
  },
  'v6 subnet on network with mtu 1279': {
    because: 'a guest would have no IPv6 at all (RFC 8200 §5); Neutron refuses it after version 21',
    status: 409,
  },
  'GET ports?fixed_ips=ip_address non-canonical': {
    because: 'Neutron compares text, so an address that is written differently is not found',
    status: 200,
    result: { ports: [{ id: '$p1' }] },
  },
};

const file = new URL('fixtures/neutron-21.json', import.meta.url);
/** All recorded cases. */
export const { cases } = JSON.parse(await readFile(file, 'utf8')) as { cases: readonly RecordedCase[] };

/** Prepares what a case needs, makes its request, and compares the answer with what Neutron gave. */
export async function replay(api: TestApi, { name, given, request, expect }: RecordedCase): Promise<void> {
  const known = new Map<string, unknown>();
  for (const item of given) known.set(item.as, await prepare(api, item, known));
  const answer = await api.call(request.method, resolve(request.path, known), {
    ...(request.body !== undefined && { body: resolve(request.body, known) }),
    ...(request.headers && { headers: request.headers }),
  });
  const deviation = deviations[name];
  assert.equal(answer.status, deviation?.status ?? expect.status, JSON.stringify(answer.json));
  if (expect.type !== undefined && !deviation) assert.equal(errorType(answer), expect.type);
  const result = deviation ? deviation.result : expect.result;
  if (result !== undefined) assertMatches(shownOf(answer), resolve(result, known), name);
  if (answer.status >= 400 && request.method === 'POST') await assertNothingMade(api, request, known);
}

async function prepare(api: TestApi, item: Given, known: ReadonlyMap<string, unknown>): Promise<unknown> {
  const [method, path] = item.post ? ['POST', `/v2.0/${item.post}`] : ['PUT', resolve(item.put ?? '', known)];
  const answer = await api.call(method, path, {
    body: resolve(item.body, known),
    headers: (item.headers ?? {}) as Record<string, string>,
  });
  if (answer.status >= 300 && !item.mayFail) throw new Error(`preparing ${item.as}: ${JSON.stringify(answer.json)}`);
  return item.post ? shownOf(answer) : answer.json;
}

/** A refused creation leaves nothing behind. */
async function assertNothingMade(
  api: TestApi,
  { path, body }: RecordedCase['request'],
  known: ReadonlyMap<string, unknown>,
): Promise<void> {
  const network = JSON.stringify(body).match(/"network_id":"(\$\w+)"/)?.[1];
  if (network === undefined || !known.has(network.slice(1))) return;
  const collection = path.split('/').at(-1) ?? '';
  const madeBefore = [...known.values()].map((made) => (made as Body).id);
  const { json } = await api.call('GET', `${path}?network_id=${resolve(network, known)}&fields=id`);
  const strangers = (json[collection] as Body[]).filter(({ id }) => !madeBefore.includes(id));
  assert.deepEqual(strangers, []);
}

/** Puts ids in the place of `$name`, and other fields in the place of `$name.field`. */
function resolve<T>(value: T, known: ReadonlyMap<string, unknown>): T {
  const text = JSON.stringify(value).replace(/\$(\w+)(?:\.(\w+))?/g, (whole, name: string, field = 'id') => {
    const made = known.get(name) as Body | undefined;
    return made ? String(made[field]) : whole;
  });
  return JSON.parse(text) as T;
}

/** The value inside of `{"port": ...}`; of a list, the whole body. */
function shownOf({ json }: Answer): unknown {
  const [only, ...others] = Object.values(json);
  return others.length === 0 && typeof only === 'object' && !Array.isArray(only) ? only : json;
}

/** Compares what the recording names; addresses and pools in any order; `*` stands for any text. */
function assertMatches(actual: unknown, expected: unknown, path: string): void {
  if (expected === '*') assert.equal(typeof actual, 'string', path);
  else if (Array.isArray(expected)) assertSameItems(actual, expected, path);
  else if (typeof expected !== 'object' || expected === null) assert.deepEqual(actual, expected, path);
  else
    for (const [key, value] of Object.entries(expected)) assertMatches((actual as Body)[key], value, `${path}.${key}`);
}

function assertSameItems(actual: unknown, expected: readonly unknown[], path: string): void {
  assert.ok(Array.isArray(actual), path);
  assert.equal(actual.length, expected.length, `${path}: ${JSON.stringify(actual)}`);
  const ordered = actual.toSorted(byContent);
  for (const [index, item] of expected.toSorted(byContent).entries())
    assertMatches(ordered[index], item, `${path}[${index}]`);
}

function byContent(one: unknown, other: unknown): number {
  const key = (value: unknown) => {
    const { subnet_id: subnetId, start } = (value ?? {}) as Body;
    return String(subnetId ?? start ?? JSON.stringify(value));
  };
  return key(one) < key(other) ? -1 : 1;
}
