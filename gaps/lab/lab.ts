import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningCentral, startCentral } from './central.ts';
import { allOrThrow } from './command.ts';
import { captureFrames } from './eyes.ts';
import { hostName, type RunningHost, startHost } from './host.ts';
import { createPlugger } from './plug.ts';
import type { Lab, LabOptions } from './types.ts';
import { createUnderlay, deleteUnderlay } from './underlay.ts';

/** Brings up central and hosts, in the network namespace of the caller. When it fails, nothing of them is left. */
export async function openLab(options: LabOptions = {}): Promise<Lab> {
  const settings = withDefaults(options);
  const { name, family, encapsulation } = settings;
  const directory = await labDirectory(name, options.directory);
  const machinery = await start(settings, directory).catch(async (error: unknown) => {
    if (options.directory === undefined) await rm(directory, { recursive: true, force: true });
    throw error;
  });
  const { central, hosts } = machinery;
  const plugger = createPlugger({ lab: name, directory, hosts });
  const getHost = (wanted: string): RunningHost => {
    const host = hosts.find((candidate) => candidate.name === wanted);
    if (!host) throw new Error(`the lab has no host ${wanted}: it has ${hosts.map((one) => one.name).join(', ')}`);
    return host;
  };
  const close = async (): Promise<void> => {
    await Promise.all(plugger.guests.map((guest) => guest.remove()));
    await machinery.stop();
    if (options.directory === undefined) await rm(directory, { recursive: true, force: true });
  };
  let closing: Promise<void> | undefined;
  return {
    name,
    directory,
    underlay: family,
    encapsulation,
    central,
    hosts,
    getHost,
    get guests() {
      return plugger.guests;
    },
    plug: plugger.plug,
    captureUnderlay: (host, filter) => captureFrames(getHost(host).netns, getHost(host).uplink, filter),
    close() {
      closing ??= close();
      return closing;
    },
  };
}

type Settings = ReturnType<typeof withDefaults>;

interface Machinery {
  readonly central: RunningCentral;
  readonly hosts: readonly RunningHost[];
  stop(): Promise<void>;
}

async function start(settings: Settings, directory: string): Promise<Machinery> {
  const { name, family, mtu } = settings;
  const names = Array.from({ length: settings.hosts }, (_, index) => hostName(index + 1));
  const underlay = { family, mtu, netns: `${name}-net` };
  // A lab that has the name already must not be harmed: a start that fails deletes namespaces by name.
  if (existsSync(`/run/netns/${underlay.netns}`)) throw new Error(`there is a lab ${name} in this namespace already`);
  const undo = new AsyncDisposableStack();
  const keep = <Part extends { stop(): Promise<void> }>(part: Part): Part => {
    undo.defer(() => part.stop());
    return part;
  };
  try {
    undo.defer(() => deleteUnderlay(name, names, underlay));
    const starting = startCentral(join(directory, 'central'), settings.ovnNiceness).then(keep);
    await allOrThrow<unknown>([starting, createUnderlay(name, names, underlay)]);
    const central = await starting;
    const hosts = await allOrThrow(startHosts(settings, directory, central.southbound).map((one) => one.then(keep)));
    await central.sbctl('--timeout=15', ...names.flatMap((host) => ['--', 'wait-until', 'Chassis', host]).slice(1));
    return { central, hosts, stop: () => undo.disposeAsync() };
  } catch (error) {
    await undo.disposeAsync().catch(() => undefined); // what was never made can't be deleted
    throw error;
  }
}

function withDefaults({
  name = anyName(),
  hosts = 3,
  underlay = 6,
  encapsulation = 'geneve',
  underlayMtu = 1600,
  ovnNiceness = 0,
}: LabOptions) {
  if (!/^[a-z][a-z0-9]{0,5}$/.test(name)) throw new Error(`a lab's name is 1 to 6 letters and digits: ${name}`);
  return { name, hosts, family: underlay, encapsulation, mtu: underlayMtu, ovnNiceness };
}

/** Tests that run side by side in one namespace need not know of each other. */
function anyName(): string {
  return `l${randomBytes(2).toString('hex')}`;
}

function startHosts(settings: Settings, directory: string, southbound: string): readonly Promise<RunningHost>[] {
  const { name: lab, family, encapsulation, mtu, ovnNiceness } = settings;
  const numbers = Array.from({ length: settings.hosts }, (_, index) => index + 1);
  return numbers.map((number) =>
    startHost({
      ...{ lab, number, directory: join(directory, hostName(number)), southbound },
      ...{ family, encapsulation, mtu, ovnNiceness },
    }),
  );
}

async function labDirectory(name: string, wanted: string | undefined): Promise<string> {
  if (wanted === undefined) return mkdtemp(join(tmpdir(), `${name}-`));
  await mkdir(wanted, { recursive: true });
  return wanted;
}
