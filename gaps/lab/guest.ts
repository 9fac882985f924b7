import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { milliseconds, waitFor } from '../../src/base/index.ts';
import { parseAddresses, parseRoutes } from './addresses.ts';
import { run, runOrThrow, startBackground } from './command.ts';
import { runDhclient, runDhcpcd } from './dhcp.ts';
import { captureFrames, injectFrames } from './eyes.ts';
import type { Keeper } from './keeper.ts';
import { ping } from './ping.ts';
import type {
  Background,
  Guest,
  GuestAddress,
  GuestInterface,
  InterfaceSettings,
  Output,
  RunOptions,
} from './types.ts';

/** A guest as the plugger keeps track of it. */
export interface GuestState {
  readonly name: string;
  readonly host: string;
  readonly netns: string;
  readonly interfaces: GuestInterface[];
  keeper: Keeper | undefined;
}

/** The parts of a guest's end that its host has to do. */
export interface GuestHooks {
  unplug(attached: GuestInterface): Promise<void>;
  remove(): Promise<void>;
}

/** Each look is a process, and many guests are waited for at once. */
const betweenLooks = milliseconds(100);

/** A guest out of its state. Its commands run in its namespaces, and see its own /etc. */
export function createGuest(state: GuestState, hooks: GuestHooks): Guest {
  const { name, host, netns } = state;
  const inGuest = (command: readonly string[]): readonly string[] => [...keeperOf(state).prefix, ...command];
  const runHere = (command: readonly string[], options?: RunOptions): Promise<Output> => run(inGuest(command), options);
  const spawnHere = (command: readonly string[], options?: RunOptions): Background =>
    startBackground(inGuest(command), options);
  const first = (wanted?: string): string => wanted ?? state.interfaces[0]?.name ?? 'eth0';
  const addresses = async (wanted?: string) => {
    const device = wanted ? ['dev', wanted] : [];
    return parseAddresses(await runOrThrow(['ip', '-n', netns, '-json', 'address', 'show', ...device]));
  };
  const waitForAddress: Guest['waitForAddress'] = (wanted = {}) => {
    const { address, interface: device, family = 6, withinMilliseconds = 20_000 } = wanted;
    return waitFor(
      `${address ?? `a global IPv${family} address`} on ${first(device)} of ${name}`,
      async () => (await addresses(first(device))).find((candidate) => isUsable(candidate, family, address)),
      { within: milliseconds(withinMilliseconds), every: betweenLooks },
    );
  };
  const shell = { run: runHere, spawn: spawnHere, waitForLinkLocal: (device: string) => linkLocal(addresses, device) };
  let removing: Promise<void> | undefined;
  return {
    name,
    host,
    netns,
    get pid() {
      return keeperOf(state).pid;
    },
    interfaces: state.interfaces,
    run: runHere,
    spawn: spawnHere,
    addresses,
    routes: async (family) =>
      parseRoutes(await runOrThrow(['ip', '-n', netns, '-json', `-${family}`, 'route', 'show'])),
    resolvConf: () => readFile(join(keeperOf(state).etc, 'resolv.conf'), 'utf8').catch(() => ''),
    waitForAddress,
    ping: (target, options) => ping(runHere, target, options),
    reaches: (target, options) => reaches(runHere, target, options),
    dhclient: (options) => runDhclient(shell, { interface: first(), ...options }),
    dhcpcd: (options) => runDhcpcd(shell, { interface: first(), ...options }),
    capture: (wanted, filter) => captureFrames(netns, first(wanted), filter),
    inject: (frames, wanted) => injectFrames(netns, first(wanted), frames),
    async unplug(wanted) {
      const index = state.interfaces.findIndex((candidate) => candidate.name === wanted);
      for (const attached of index < 0 ? [] : state.interfaces.splice(index, 1)) await hooks.unplug(attached);
    },
    remove() {
      removing ??= hooks.remove();
      return removing;
    },
  };
}

function isUsable(candidate: GuestAddress, family: 4 | 6, wanted: string | undefined): boolean {
  if (candidate.tentative || candidate.dadFailed) return false;
  return wanted === undefined
    ? candidate.scope === 'global' && candidate.family === family
    : candidate.address === wanted;
}

async function linkLocal(addresses: Guest['addresses'], device: string): Promise<void> {
  const settled = async () =>
    (await addresses(device)).some(({ family, scope, tentative }) => family === 6 && scope === 'link' && !tentative);
  await waitFor(`the link-local address of ${device}`, settled, { every: betweenLooks });
}

/** A shell script that writes the settings of the interface in `$1`. */
export function settingsScript(settings: InterfaceSettings): string {
  const lines = Object.entries(settings).map(([key, value]) => {
    if (!/^[a-z0-9_]+$/.test(key)) throw new Error(`no setting of net.ipv6.conf: ${key}`);
    return `echo ${value} >"/proc/sys/net/ipv6/conf/$1/${key}"`;
  });
  return ['true', ...lines].join(' && ');
}

type Run = Guest['run'];

async function reaches(
  runHere: Run,
  target: string,
  { withinMilliseconds = 5_000, source }: { readonly withinMilliseconds?: number; readonly source?: string } = {},
): Promise<boolean> {
  const end = performance.now() + withinMilliseconds;
  const from = source ? ['-I', source] : [];
  do {
    // With a deadline, -c counts replies: the first one ends it.
    const seconds = Math.max(1, Math.ceil((end - performance.now()) / 1000));
    const { code } = await runHere(['ping', '-n', '-q', '-c', '1', '-i', '0.1', '-w', `${seconds}`, ...from, target]);
    if (code === 0) return true;
    await new Promise((resolve) => setTimeout(resolve, 20)); // "Network is unreachable" answers at once
  } while (performance.now() < end);
  return false;
}

function keeperOf({ keeper, name }: GuestState): Keeper {
  if (!keeper) throw new Error(`the guest ${name} is not up`);
  return keeper;
}
