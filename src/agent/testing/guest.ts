import { type ExecFileException, execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import type { Uuid } from '../../base/index.ts';
import type { TestSwitch } from '../../openflow/testing/switch.ts';

const run = promisify(execFile);

/** The guest's name, its port and MAC, and how its kernel is set up. */
export interface GuestOptions {
  /** Up to eight characters: it names the namespace and the links. */
  readonly name: string;
  readonly portId: Uuid;
  readonly mac: string;
  /** sysctls of the guest's interface under net.ipv6.conf, set before the link is up. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** The exit code of a command that has ended, and all that it wrote. */
export interface CommandOutput {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A network namespace with a real Linux stack on `eth0`, plugged into the hop bridge as os-vif would. */
export interface TestGuest {
  readonly name: string;
  /** The end that is a port of the hop bridge. */
  readonly hostInterface: string;
  run(...command: string[]): Promise<CommandOutput>;
  /** Answers standard output; throws when the command fails. */
  must(...command: string[]): Promise<string>;
  /** Starts a command that ends with the guest, at the latest. */
  start(...command: string[]): void;
  /** Global addresses that are usable: neither tentative nor failed. */
  globalAddresses(): Promise<readonly string[]>;
  plug(): Promise<void>;
  unplug(): Promise<void>;
  remove(): Promise<void>;
}

/** Makes a network namespace with an interface and plugs that into the hop bridge. */
export async function createGuest(ovs: TestSwitch, options: GuestOptions): Promise<TestGuest> {
  const { name, portId, mac, settings = {} } = options;
  const hostInterface = `tap-${name}`;
  const enter = ['netns', 'exec', name];
  const children: ReturnType<typeof spawn>[] = [];
  const must = async (...command: string[]) => (await run('ip', [...enter, ...command])).stdout;
  await run('ip', ['netns', 'add', name]);
  await run('ip', [
    'link',
    'add',
    hostInterface,
    'type',
    'veth',
    'peer',
    'name',
    'eth0',
    'address',
    mac,
    'netns',
    name,
  ]);
  await run('sysctl', ['-qw', `net.ipv6.conf.${hostInterface}.disable_ipv6=1`]);
  await run('ip', ['link', 'set', hostInterface, 'up']);
  await must('ip', 'link', 'set', 'lo', 'up');
  await must('ethtool', '-K', 'eth0', 'tx', 'off');
  for (const [key, value] of Object.entries(settings))
    await must('sysctl', '-qw', `net.ipv6.conf.eth0.${key}=${value}`);
  await plugInterface();
  await must('ip', 'link', 'set', 'eth0', 'up');

  async function plugInterface(): Promise<void> {
    await ovs.vsctl(
      ...['--no-wait', 'add-port', 'br-hop', hostInterface, '--', 'set', 'Interface', hostInterface],
      ...[`external_ids:iface-id=${portId}`, `external_ids:attached-mac="${mac}"`],
    );
  }

  return {
    name,
    hostInterface,
    must,
    run: (...command) =>
      run('ip', [...enter, ...command], { timeout: 30_000 }).then(
        ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
        ({ code, stdout, stderr }: ExecFileException) => ({
          code: typeof code === 'number' ? code : 124,
          stdout: stdout ?? '',
          stderr: stderr ?? '',
        }),
      ),
    start(...command) {
      children.push(spawn('ip', [...enter, ...command], { stdio: 'ignore' }));
    },
    async globalAddresses() {
      const shown = JSON.parse(await must('ip', '-j', '-6', 'address', 'show', 'dev', 'eth0', 'scope', 'global'));
      return parseAddresses(shown);
    },
    plug: plugInterface,
    async unplug() {
      await ovs.vsctl('--no-wait', 'del-port', 'br-hop', hostInterface);
    },
    async remove() {
      for (const child of children) child.kill('SIGKILL');
      await ovs.vsctl('--no-wait', '--if-exists', 'del-port', 'br-hop', hostInterface);
      await run('ip', ['netns', 'del', name]);
    },
  };
}

interface ShownAddress {
  readonly local?: string;
  readonly tentative?: boolean;
  readonly dadfailed?: boolean;
}

function parseAddresses(shown: readonly { readonly addr_info?: readonly ShownAddress[] }[]): readonly string[] {
  return shown
    .flatMap(({ addr_info = [] }) => addr_info)
    .flatMap(({ local, tentative, dadfailed }) => (local && !tentative && !dadfailed ? [local] : []));
}
