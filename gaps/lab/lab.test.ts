import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { waitFor } from '../../src/base/index.ts';
import { run } from './command.ts';
import { type CapturedFrame, type Guest, type Lab, listens, openLab } from './index.ts';

// Plain OVN, no controller: two logical switch ports made by hand, as the lab's own machinery is what is tested.
const ports = {
  a: { id: 'aaaaaaaa-1111-4111-8111-111111111111', mac_address: '02:00:00:00:0a:01' },
  b: { id: 'bbbbbbbb-2222-4222-8222-222222222222', mac_address: '02:00:00:00:0b:02' },
} as const;

for (const underlay of [6, 4] as const) {
  describe(`a lab with tunnels over IPv${underlay}`, () => {
    let lab: Lab;
    let a: Guest;
    let b: Guest;

    before(async () => {
      lab = await openLab({ name: `lab${underlay}`, hosts: 2, underlay });
      await lab.central.nbctl(
        ...['ls-add', 'blue'],
        ...Object.values(ports).flatMap(({ id, mac_address }) => [
          ...['--', 'lsp-add', 'blue', id, '--', 'lsp-set-addresses', id, mac_address],
        ]),
      );
      [a, b] = await Promise.all([
        lab.plug({ host: 'h1', name: 'a', port: ports.a }),
        lab.plug({ host: 'h2', name: 'b', port: ports.b, settings: { use_tempaddr: 2, addr_gen_mode: 3 } }),
      ]);
      await a.run(['ip', 'address', 'add', '2001:db8::a/64', 'dev', 'eth0', 'nodad']);
      await b.run(['ip', 'address', 'add', '2001:db8::b/64', 'dev', 'eth0', 'nodad']);
    });

    after(() => lab.close());

    test('carries packets between guests of two hosts, in a tunnel of that family', async () => {
      const tunnel = await lab.captureUnderlay('h1');
      assert.equal(await a.reaches('2001:db8::b'), true);
      const echoes = await a.ping('2001:db8::b', { count: 3, size: 1400 });
      assert.deepEqual([echoes.sent, echoes.received, echoes.times.length], [3, 3, 3]);
      const outer = (await tunnel.stop()).filter(isGeneve);
      assert.ok(outer.length >= 6, `${outer.length} Geneve frames`);
      assert.deepEqual(new Set(outer.map(etherType)), new Set([underlay === 6 ? 0x86dd : 0x0800]));
    });

    test('shows a guest what was injected, once, and as it was', async () => {
      const capture = await b.capture();
      const frame = Buffer.from(
        `${'02000000 0b02'}${'02000000 0a01'}88b5${'5e'.repeat(50)}`.replaceAll(' ', ''),
        'hex',
      );
      await a.inject([frame]);
      const seen = await capture.waitFor('the injected frame', ({ bytes }) => Buffer.from(bytes).equals(frame));
      assert.equal(seen.direction, 'in');
      const all = await capture.stop();
      assert.equal(all.filter(({ bytes }) => Buffer.from(bytes).equals(frame)).length, 1);
    });

    test('marks frames that leave as outgoing', async () => {
      const capture = await a.capture();
      await a.ping('2001:db8::b', { count: 1 });
      const echoes = (await capture.stop()).filter(({ bytes }) => bytes[54] === 128 || bytes[54] === 129);
      assert.deepEqual(
        echoes.map(({ direction, bytes }) => [bytes[54], direction]),
        [
          [128, 'out'],
          [129, 'in'],
        ],
      );
    });

    test('gives a guest the interface settings that were asked for, before it came up', async () => {
      const { stdout } = await b.run([
        'sysctl',
        '-n',
        'net.ipv6.conf.eth0.use_tempaddr',
        'net.ipv6.conf.eth0.addr_gen_mode',
      ]);
      assert.equal(stdout, '2\n3\n');
      const [linkLocal] = (await b.addresses('eth0')).filter(({ scope }) => scope === 'link');
      assert.notEqual(linkLocal?.address, 'fe80::ff:fe00:b02');
    });

    test('marks the OVS interface as os-vif does', async () => {
      const tap = a.interfaces[0]?.hostInterface ?? '';
      assert.equal(tap, 'tapaaaaaaaa-11');
      const ids = await lab.getHost('h1').vsctl('--no-heading', '--columns=external_ids', 'list', 'Interface', tap);
      for (const part of [`iface-id="${ports.a.id}"`, `attached-mac="${ports.a.mac_address}"`, 'iface-status=active']) {
        assert.ok(ids.includes(part), `${part} in ${ids}`);
      }
    });

    test('reads the counters of OpenFlow rules', async () => {
      const flows = await lab.getHost('h1').flows('br-int');
      const entry = flows.find(({ table, match }) => table === 0 && match === 'in_port="tapaaaaaaaa-11"');
      assert.ok(entry && entry.packets > 0 && entry.priority === 100, JSON.stringify(entry));
    });

    test('keeps files that a guest writes in /etc to that guest', async () => {
      await a.run(['sh', '-c', 'echo nameserver 2001:db8::53 >/etc/resolv.conf']);
      assert.equal(await a.resolvConf(), 'nameserver 2001:db8::53\n');
      assert.equal(await b.resolvConf(), '');
    });

    test('shows a guest every namespace as it is, those made and deleted later too', async () => {
      await run(['ip', 'netns', 'add', 'passing']);
      assert.equal((await a.run(['ip', 'netns', 'exec', 'passing', 'true'])).code, 0);
      await run(['ip', 'netns', 'del', 'passing']);
      assert.equal((await a.run(['findmnt', '/run/netns/passing'])).stdout, '');
    });

    test('says how a command ended, late ones included', async () => {
      assert.deepEqual(await a.run(['sh', '-c', 'echo out; echo err >&2; exit 3']), {
        code: 3,
        stdout: 'out\n',
        stderr: 'err\n',
      });
      assert.equal((await a.run(['sleep', '10'], { timeoutMilliseconds: 50 })).code, 124);
      assert.equal((await a.run(['/no/such/command'])).code, 127);
    });

    test('unplugs a guest without a trace, its processes included', async () => {
      const port = { id: 'cccccccc-3333-4333-8333-333333333333', mac_address: '02:00:00:00:0c:03' };
      const guest = await lab.plug({ host: 'h1', name: 'c', port });
      await guest.run(['sh', '-c', 'setsid sleep 1000 >/dev/null 2>&1 &']);
      await guest.remove();
      await guest.remove();
      assert.equal(existsSync(`/run/netns/${guest.netns}`), false);
      assert.equal((await lab.getHost('h1').run(['ip', 'link', 'show', 'tapcccccccc-33'])).code, 1);
      assert.equal((await lab.getHost('h1').vsctl('list-ports', 'br-int')).includes('tapcccccccc-33'), false);
      assert.equal((await run(['pgrep', '-f', '^sleep 1000'])).code, 1);
      assert.deepEqual(
        lab.guests.map(({ name }) => name),
        ['a', 'b'],
      );
    });

    test('is whole again after a vswitchd and an ovn-controller were killed', async () => {
      const host = lab.getHost('h1');
      await host.killDaemon('ovs-vswitchd');
      await host.killDaemon('ovn-controller');
      await Promise.all([host.startDaemon('ovs-vswitchd'), host.startDaemon('ovn-controller')]);
      assert.equal(await a.reaches('2001:db8::b', { withinMilliseconds: 15_000 }), true);
    });
  });
}

test('leaves nothing behind, and two labs stand side by side', async (context) => {
  const labs = await Promise.all(['one', 'two'].map((name) => openLab({ name, hosts: 1 })));
  context.after(() => Promise.all(labs.map((lab) => lab.close())));
  assert.deepEqual(await namespaces(), ['one-h1', 'one-net', 'two-h1', 'two-net']);
  await Promise.all(labs.map((lab) => lab.close()));
  assert.deepEqual(await namespaces(), []);
  assert.deepEqual(
    labs.map(({ directory }) => existsSync(directory)),
    [false, false],
  );
});

for (const ovnNiceness of [0, 10]) {
  test(`OVN has the nice value ${ovnNiceness} that the lab was asked for, and so have its sessions`, async (context) => {
    const lab = await openLab({ hosts: 1, ovnNiceness });
    context.after(() => lab.close());
    const wanted = { policy: 'TS', niceness: ovnNiceness, sessionNiceness: ovnNiceness };
    await waitFor('every process of OVN to have it', async () => {
      const shares = await Promise.all((await pidsOfOvn()).map(processorShare));
      return shares.length === 4 && shares.every((share) => isDeepStrictEqual(share, wanted));
    });
  });
}

/** Central's three processes and one ovn-controller. */
async function pidsOfOvn(): Promise<readonly string[]> {
  const { stdout } = await run(['pgrep', '-f', '^(ovn-northd|ovn-controller|ovsdb-server .*/central/)']);
  return stdout.trim().split('\n');
}

/** The scheduling class as ps(1) names it, and what of sched(7) decides on its share. */
async function processorShare(pid: string) {
  const [policy, niceness] = (await run(['ps', '-o', 'cls=,ni=', '-p', pid])).stdout.trim().split(/\s+/);
  const autogroup = await readFile(`/proc/${pid}/autogroup`, 'utf8').catch(() => '');
  return {
    policy,
    niceness: Number(niceness),
    sessionNiceness: Number(/nice (\d+)/.exec(autogroup)?.[1] ?? niceness), // a kernel without autogroups
  };
}

test('leaves nothing behind when it fails, and a lab of the same name as it is', async (context) => {
  const directory = await mkdtemp(join(tmpdir(), 'lab-'));
  context.after(() => rm(directory, { recursive: true }));
  await writeFile(join(directory, 'h1'), 'where the host’s files would be');
  await assert.rejects(openLab({ name: 'one', hosts: 1, directory }), /EEXIST.*h1/);
  assert.deepEqual(await namespaces(), []);
  assert.equal(await listens(join(directory, 'central', 'nb.sock')), false);

  const lab = await openLab({ name: 'one', hosts: 1 });
  context.after(() => lab.close());
  await assert.rejects(openLab({ name: 'one', hosts: 1 }), /there is a lab one/);
  assert.deepEqual(await namespaces(), ['one-h1', 'one-net']);
  await lab.getHost('h1').vsctl('show');
});

/** Of these two labs: other tests may have theirs beside. */
async function namespaces(): Promise<readonly string[]> {
  const { stdout } = await run(['ip', '-json', 'netns', 'list']);
  const list: readonly { readonly name: string }[] = JSON.parse(stdout || '[]');
  return list
    .map(({ name }) => name)
    .filter((name) => /^(one|two)-/.test(name))
    .toSorted();
}

function etherType({ bytes }: CapturedFrame): number {
  return ((bytes[12] ?? 0) << 8) | (bytes[13] ?? 0);
}

/** UDP to port 6081 (RFC 8926 §3.3), right behind a plain IPv4 or IPv6 header. */
function isGeneve(frame: CapturedFrame): boolean {
  const header = etherType(frame) === 0x86dd ? 14 + 40 : 14 + 20;
  return (((frame.bytes[header + 2] ?? 0) << 8) | (frame.bytes[header + 3] ?? 0)) === 6081;
}
