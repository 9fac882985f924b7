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

/**
 * The hooks of the DHCP clients write the variables that they get to a file for each protocol and interface, which
 * `dhcp.ts` reads. dhcpcd-run-hooks(8) and dhclient-script(8) read these files after each event.
 */
const hooks = {
  'dhcpcd.exit-hook': `
    case $reason in
    BOUND*|RENEW*|REBIND*|REBOOT*|INFORM*|ROUTERADVERT)
      env >"/var/lib/dhcpcd/lab.new" && mv /var/lib/dhcpcd/lab.new "/var/lib/dhcpcd/lab-$protocol-$interface" ;;
    esac`,
  'dhcp/dhclient-exit-hooks.d/lab': `
    case $reason in
    BOUND6|RENEW6|REBIND6) env >/var/lib/dhcp/lab.new && mv /var/lib/dhcp/lab.new "/var/lib/dhcp/lab-dhcp6-$interface" ;;
    esac`,
};

/** Starts the keeper of a network namespace. Its files are kept below the directory. */
export async function startKeeper(netns: string, directory: string): Promise<Keeper> {
  const etc = join(directory, 'etc');
  await Promise.all([etc, join(directory, 'work')].map((path) => mkdir(path, { recursive: true })));
  await mkdir(join(etc, 'dhcp/dhclient-exit-hooks.d'), { recursive: true });
  await Promise.all(Object.entries(hooks).map(([path, script]) => writeFile(join(etc, path), `${script}\n`)));
  await writeFile(join(etc, 'resolv.conf'), ''); // the guest must not see the machine's own
  // Slave: what becomes of other namespaces is seen in here too, and none is kept alive by a mount in here.
  const shell = ['unshare', '--mount', '--propagation', 'slave', '--', 'sh', '-c', mounts, 'sh', directory];
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
