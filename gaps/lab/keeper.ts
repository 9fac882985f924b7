import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run, startBackground } from './command.ts';
import { enter } from './underlay.ts';

/**
 * The process that holds a guest's namespaces. Its mount namespace gives the guest files of its own where DHCP
 * clients write: /etc (an overlay), and the clients' state.
 */
export interface Keeper {
  readonly pid: number;
  /** The guest's own /etc as far as it differs from the host's. */
  readonly etc: string;
  /** The command prefix that runs what follows inside the guest. */
  readonly prefix: readonly string[];
  stop(): Promise<void>;
}

const mounts = `
set -e
mount -t overlay overlay -o "lowerdir=/etc,upperdir=$1/etc,workdir=$1/work" /etc
mkdir -p /run/dhcpcd
for directory in /run/dhcpcd /var/lib/dhcpcd /var/lib/dhcp; do
  [ ! -d "$directory" ] || mount -t tmpfs tmpfs "$directory"
done
echo ready
exec sleep infinity
`;

/** dhcpcd-run-hooks(8) reads it after each event; what was leased is left where `runDhcpcd` looks. */
const exitHook = `
case $reason in
BOUND*|RENEW*|REBIND*|REBOOT*|INFORM*) env >"/var/lib/dhcpcd/lab-$protocol-$interface" ;;
esac
`;

export async function startKeeper(netns: string, directory: string): Promise<Keeper> {
  const etc = join(directory, 'etc');
  await Promise.all([etc, join(directory, 'work')].map((path) => mkdir(path, { recursive: true })));
  await writeFile(join(etc, 'dhcpcd.exit-hook'), exitHook);
  const shell = ['unshare', '--mount', '--propagation', 'private', '--', 'sh', '-c', mounts, 'sh', directory];
  const background = startBackground([...enter(netns), ...shell]);
  await background.waitForOutput(/ready/);
  const pid = background.process.pid ?? 0;
  return {
    pid,
    etc,
    prefix: ['nsenter', `--target=${pid}`, '--net', '--mount', '--'],
    async stop() {
      await endProcesses(netns);
      await background.stop('SIGKILL');
    },
  };
}

/** Ends whatever still runs in the namespace, daemons that left their process group included. */
async function endProcesses(netns: string): Promise<void> {
  const { stdout } = await run(['ip', 'netns', 'pids', netns]);
  for (const pid of stdout.split('\n').map(Number)) {
    if (pid <= 1) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself in between (ESRCH).
    }
  }
}
