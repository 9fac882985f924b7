import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { milliseconds, waitFor } from '../../src/base/index.ts';

const root = join(import.meta.dirname, '../..');
const endpoint = 'http://127.0.0.1:9696';

/** As a user with two terminals: one runs the cloud, the other follows the README to the letter. */
describe('a new user', () => {
  let state = '';
  let cloud: ChildProcess;
  let output = '';

  before(async () => {
    state = await mkdtemp('/tmp/sxu-'); // not in /run: the lab has a /run of its own
    const options = ['--rows', 'none', '--state-dir', join(state, 's'), '--report-dir', join(state, 'report')];
    cloud = spawn(join(root, 'sextant'), ['start', ...options], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [cloud.stdout, cloud.stderr]) stream?.on('data', (text) => (output += text));
    await waitFor('the cloud to be up', () => output.includes('Ctrl-C ends it all') || cloud.exitCode !== null, {
      within: milliseconds(60_000),
    });
    assert.equal(cloud.exitCode, null, output);
  });

  after(async () => {
    if (cloud.exitCode === null) {
      const ended = once(cloud, 'exit');
      cloud.kill('SIGINT');
      await ended;
    }
    await rm(state, { recursive: true, force: true });
  });

  test('follows "Try it" of the README: the openstack client makes a network, and guests ping each other', async () => {
    const script = await blockOf('README.md', '## Try it');
    assert.match(script, /openstack network create/);
    const { code, text } = await shell(script);
    assert.equal(code, 0, text);
    assert.match(text, /inet6 2001:db8:b:[0-9a-f:]+\/64 scope global/);
    assert.match(text, /3 received,/);
  });

  test('joins two networks by a router, and sees its ports become ACTIVE', async () => {
    const { code, text } = await shell(`
      export OS_AUTH_TYPE=none OS_ENDPOINT=${endpoint}
      openstack network create red
      openstack subnet create red6 --network red --ip-version 6 --subnet-range 2001:db8:c::/64 --ipv6-ra-mode slaac --ipv6-address-mode slaac
      openstack router create hub
      openstack router add subnet hub blue6
      openstack router add subnet hub red6
      openstack port create far --network red
      ./sextant port plug far --host h3
      ./sextant guest ping web far
      openstack port show far -f value -c status
      openstack network agent list`);
    assert.equal(code, 0, text);
    assert.match(text, /3 received,/);
    assert.match(text, /^ACTIVE$/m);
    assert.equal(text.match(/Sextant first-hop agent/g)?.length, 3);
  });

  test('does the same with curl', async () => {
    const { code, text } = await shell(`
      post() { curl --silent --show-error --fail-with-body --json "$2" ${endpoint}/v2.0/$1; echo; }
      network=$(post networks '{"network": {"name": "curled"}}' | grep -o '"id":"[^"]*"' | head -n 1 | cut -d '"' -f 4)
      post subnets '{"subnet": {"network_id": "'$network'", "ip_version": 6, "cidr": "2001:db8:d::/64",
        "ipv6_ra_mode": "slaac", "ipv6_address_mode": "slaac"}}'
      post ports '{"port": {"network_id": "'$network'", "name": "near"}}'
      post ports '{"port": {"network_id": "'$network'", "name": "distant"}}'
      ./sextant port plug near --host h1
      ./sextant port plug distant --host h3
      ./sextant guest ping near distant
      curl --silent --write-out '%{http_code}\\n' --json '{"port": {"network_id": "'$network'", "colour": "red"}}' ${endpoint}/v2.0/ports`);
    assert.equal(code, 0, text);
    assert.match(text, /3 received,/);
    assert.match(text, /Unrecognized attribute\(s\) 'colour'.*400\n$/s);
  });

  test('takes it all apart again with the openstack client', async () => {
    const { code, text } = await shell(`
      export OS_AUTH_TYPE=none OS_ENDPOINT=${endpoint}
      openstack network delete blue && exit 1 # it is in use
      for port in web db far; do ./sextant port unplug $port; done
      for subnet in blue6 red6; do ./sextant router remove-subnet hub $subnet; done
      openstack router delete hub
      openstack port delete web db far
      openstack network delete blue red
      openstack subnet list -f value -c Name`);
    assert.equal(code, 0, text);
    assert.match(text, /Conflict/);
    assert.doesNotMatch(text, /blue6|red6/);
  });

  /** Runs a script as typed into a terminal, from the checkout. Ends it at the first command that fails. */
  async function shell(script: string): Promise<{ readonly code: number | null; readonly text: string }> {
    const env = { ...process.env, SEXTANT_STATE_DIR: join(state, 's') };
    const child = spawn('bash', ['-c', `set -e\n${script}`], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (text += part));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, text };
  }
});

/** The indented block under a heading, without its indentation. */
async function blockOf(file: string, heading: string): Promise<string> {
  const text = await readFile(join(root, file), 'utf8');
  const [, section = ''] = text.split(`\n${heading}\n`);
  const lines = (section.split('\n## ')[0] ?? '').split('\n');
  return lines
    .filter((line) => line.startsWith('    '))
    .map((line) => line.slice(4))
    .join('\n');
}
