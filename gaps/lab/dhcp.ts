import { milliseconds, waitFor } from '../../src/base/index.ts';
import type { Background, DhcpOptions, DhcpResult, Guest } from './types.ts';

/** Where the client runs. */
export interface Shell extends Pick<Guest, 'run' | 'spawn'> {
  /** Resolves when duplicate address detection of the link-local address is over. */
  waitForLinkLocal(interfaceName: string): Promise<void>;
}

type Request = DhcpOptions & { readonly interface: string };

/** What a client learned, whatever it calls it. */
type Learned = Pick<DhcpResult, 'addresses' | 'dnsServers' | 'dnsSearch'>;

interface Client {
  readonly background: Background;
  /** What it has learned by now; undefined while it has no answer. */
  readonly learned: () => Promise<Learned | undefined>;
  readonly release: () => Promise<unknown>;
}

/** ISC dhclient with Debian's own script. It binds to the link-local address, so that must be there before. */
export async function runDhclient(shell: Shell, request: Request): Promise<DhcpResult> {
  const { family = 6, stateless = false, interface: name } = request;
  const leases = `/var/lib/dhcp/lab-${family}-${name}.leases`;
  const files = ['-lf', leases, '-pf', `/var/lib/dhcp/lab-${family}-${name}.pid`];
  if (family === 6) await shell.waitForLinkLocal(name);
  await shell.run(['rm', '-f', leases]); // an earlier run's lease is not this one's
  return outcome(request, {
    background: shell.spawn(['dhclient', `-${family}`, ...(stateless ? ['-S'] : []), '-1', '-d', ...files, name]),
    async learned() {
      const { stdout } = await shell.run(['cat', leases]);
      return parseDhclientLeases(stdout);
    },
    release: () => shell.run(['dhclient', `-${family}`, '-r', ...files, name]),
  });
}

/** dhcpcd, which also takes the RA away from the kernel and follows its M and O flags. */
export function runDhcpcd(shell: Shell, request: Request): Promise<DhcpResult> {
  const { family = 6, interface: name } = request;
  return outcome(request, {
    background: shell.spawn(['dhcpcd', `-${family}`, '-B', name]),
    async learned() {
      const { stdout } = await shell.run(['cat', `/var/lib/dhcpcd/lab-dhcp${family === 6 ? '6' : ''}-${name}`]);
      return parseDhcpcdEnvironment(stdout);
    },
    release: () => shell.run(['dhcpcd', '-k', `-${family}`, name]),
  });
}

async function outcome({ withinMilliseconds = 15_000 }: Request, client: Client): Promise<DhcpResult> {
  const { background, learned } = client;
  const ended = (): boolean => background.process.exitCode !== null || background.process.signalCode !== null;
  const known = await waitFor('a DHCP answer', async () => (await learned()) ?? (ended() && 'none'), {
    within: milliseconds(withinMilliseconds),
    every: milliseconds(50),
  })
    .then((answer) => (answer === 'none' ? learned() : answer))
    .catch(() => undefined);
  const stop = async (): Promise<void> => {
    await background.stop();
  };
  if (!known) await stop();
  return {
    succeeded: known !== undefined,
    ...(known ?? { addresses: [], dnsServers: [], dnsSearch: [] }),
    get log() {
      return background.output();
    },
    async release() {
      await client.release();
      await stop();
    },
    stop,
  };
}

/** dhclient.leases(5): the last lease is the one that counts. */
export function parseDhclientLeases(text: string): Learned | undefined {
  const last = text
    .split(/^lease6? \{/m)
    .slice(1)
    .at(-1);
  if (last === undefined) return undefined;
  const option = (name: RegExp): readonly string[] => words(name.exec(last)?.[1]);
  return {
    addresses: [...last.matchAll(/^\s*(?:iaaddr|fixed-address) ([0-9a-f:.]+)/gm)].map(([, address = '']) => address),
    dnsServers: option(/option (?:dhcp6\.name-servers|domain-name-servers) (.*);/),
    dnsSearch: option(/option (?:dhcp6\.domain-search|domain-search) (.*);/),
  };
}

/** The environment that dhcpcd gives its hooks, one variable per line. */
export function parseDhcpcdEnvironment(text: string): Learned | undefined {
  if (!/^new_(dhcp6_|ip_address=)/m.test(text)) return undefined;
  const option = (name: RegExp): readonly string[] => words(name.exec(text)?.[1]);
  return {
    addresses: [...text.matchAll(/^new_(?:dhcp6_ia_na\d+_ia_addr\d+|ip_address)=([0-9a-f:.]+)/gm)].map(
      ([, address = '']) => address,
    ),
    dnsServers: option(/^new_(?:dhcp6_name_servers|domain_name_servers)=(.*)$/m),
    dnsSearch: option(/^new_(?:dhcp6_domain_search|domain_search)=(.*)$/m),
  };
}

function words(list = ''): readonly string[] {
  return list
    .split(/[\s,'"]+/)
    .filter((word) => word !== '')
    .map((word) => word.replace(/\.$/, ''));
}
