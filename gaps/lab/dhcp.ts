import { milliseconds, waitFor } from '../../src/base/index.ts';
import type { Background, DhcpOptions, DhcpResult, Guest } from './types.ts';

/** Where the client runs. */
export interface Shell extends Pick<Guest, 'run' | 'spawn'> {
  /** Resolves when duplicate address detection of the link-local address is over. */
  waitForLinkLocal(interfaceName: string): Promise<void>;
}

type Request = DhcpOptions & { readonly interface: string };

/** The result of a DHCP client, in the same terms for all clients. */
type Learned = Pick<DhcpResult, 'addresses' | 'dnsServers' | 'dnsSearch'>;

interface Client {
  readonly background: Background;
  /** The result so far; undefined while there is no answer. */
  readonly learned: () => Promise<Learned | undefined>;
  readonly release: () => Promise<unknown>;
}

/** ISC dhclient with Debian's own script. It binds to the link-local address, so that must be there before. */
export async function runDhclient(shell: Shell, request: Request): Promise<DhcpResult> {
  const { family = 6, stateless = false, interface: name } = request;
  const leases = `/var/lib/dhcp/lab-${family}-${name}.leases`;
  const hooked = `/var/lib/dhcp/lab-dhcp6-${name}`;
  const files = ['-lf', leases, '-pf', `/var/lib/dhcp/lab-${family}-${name}.pid`];
  if (family === 6) await shell.waitForLinkLocal(name);
  await shell.run(['rm', '-f', leases, hooked]); // what an earlier run learned is not this one's
  return outcome(request, {
    background: shell.spawn(['dhclient', `-${family}`, ...(stateless ? ['-S'] : []), '-1', '-d', ...files, name]),
    async learned() {
      const { stdout } = await shell.run(['cat', stateless ? hooked : leases]);
      return stateless ? parseHookVariables(stdout) : parseDhclientLeases(stdout);
    },
    release: () => shell.run(['dhclient', `-${family}`, '-r', ...files, name]),
  });
}

/** dhcpcd, which also takes the RA away from the kernel and follows its M and O flags. */
export async function runDhcpcd(shell: Shell, request: Request): Promise<DhcpResult> {
  const { family = 6, interface: name } = request;
  const hooked = (family === 6 ? ['dhcp6', 'ra'] : ['dhcp']).map(
    (protocol) => `/var/lib/dhcpcd/lab-${protocol}-${name}`,
  );
  await shell.run(['rm', '-f', ...hooked]);
  return outcome(request, {
    background: shell.spawn(['dhcpcd', `-${family}`, '-B', name]),
    async learned() {
      const { stdout } = await shell.run(['cat', ...hooked]);
      return parseHookVariables(stdout);
    },
    release: () => shell.run(['dhcpcd', '-k', `-${family}`, name]),
  });
}

async function outcome({ withinMilliseconds = 15_000 }: Request, client: Client): Promise<DhcpResult> {
  const { background, learned } = client;
  const ended = (): boolean => background.process.exitCode !== null || background.process.signalCode !== null;
  const known = await waitFor('a DHCP answer', async () => (await learned()) ?? (ended() && 'none'), {
    within: milliseconds(withinMilliseconds),
    every: milliseconds(100),
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

/**
 * The variables that a client gives its hooks, one on a line, of every protocol that it has heard of so far. An RA with
 * the M or O flag only says that DHCPv6 is still to come; one without them is all there is.
 */
export function parseHookVariables(text: string): Learned | undefined {
  const heardDhcp = /^new_(dhcp6_|ip_address=)/m.test(text);
  const heardOnlyRa = /^nd1_flags=(?!.*[MO])/m.test(text);
  if (!heardDhcp && !heardOnlyRa) return undefined;
  const list = (name: RegExp): readonly string[] => words(name.exec(text)?.[1]);
  const addresses = heardDhcp
    ? /^new_(?:dhcp6_ia_na\d+_ia_addr\d+|ip_address)=([0-9a-f:.]+)/gm
    : /^nd1_addr\d+=([^/\n]+)/gm;
  return {
    addresses: [...text.matchAll(addresses)].map(([, address = '']) => address),
    dnsServers: list(/^(?:new_dhcp6_name_servers|new_domain_name_servers|nd1_rdnss1_servers)=(.*)$/m),
    dnsSearch: list(/^(?:new_dhcp6_domain_search|new_domain_search|nd1_dnssl1_search)=(.*)$/m),
  };
}

function words(list = ''): readonly string[] {
  return list
    .split(/[\s,'"]+/)
    .filter((word) => word !== '')
    .map((word) => word.replace(/\.$/, ''));
}
