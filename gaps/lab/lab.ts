import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCentral } from './central.ts';
import { captureFrames } from './eyes.ts';
import { hostName, type RunningHost, startHost } from './host.ts';
import { createPlugger } from './plug.ts';
import type { Lab, LabOptions } from './types.ts';
import { createUnderlay, deleteUnderlay } from './underlay.ts';

/** Brings up central and hosts, in the network namespace of the caller. */
export async function openLab(options: LabOptions = {}): Promise<Lab> {
  const settings = withDefaults(options);
  const { name, family, encapsulation, mtu } = settings;
  const directory = await labDirectory(name, options.directory);
  const names = Array.from({ length: settings.hosts }, (_, index) => hostName(index + 1));
  const underlay = { family, mtu, netns: `${name}-net` };
  const [central] = await Promise.all([
    startCentral(join(directory, 'central')),
    createUnderlay(name, names, underlay),
  ]);
  const hosts = await startHosts(settings, directory, central.southbound);
  await central.sbctl('--timeout=15', ...names.flatMap((host) => ['--', 'wait-until', 'Chassis', host]).slice(1));
  const plugger = createPlugger({ lab: name, directory, hosts });
  const getHost = (wanted: string): RunningHost => {
    const host = hosts.find((candidate) => candidate.name === wanted);
    if (!host) throw new Error(`the lab has no host ${wanted}: it has ${names.join(', ')}`);
    return host;
  };
  const close = async (): Promise<void> => {
    await Promise.all(plugger.guests.map((guest) => guest.remove()));
    await Promise.all([central, ...hosts].map((part) => part.stop()));
    await deleteUnderlay(name, names, underlay);
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

function withDefaults({
  name = anyName(),
  hosts = 3,
  underlay = 6,
  encapsulation = 'geneve',
  underlayMtu = 1600,
}: LabOptions) {
  if (!/^[a-z][a-z0-9]{0,5}$/.test(name)) throw new Error(`a lab's name is 1 to 6 letters and digits: ${name}`);
  return { name, hosts, family: underlay, encapsulation, mtu: underlayMtu };
}

/** Tests that run side by side in one namespace need not know of each other. */
function anyName(): string {
  return `l${randomBytes(2).toString('hex')}`;
}

function startHosts(settings: Settings, directory: string, southbound: string): Promise<readonly RunningHost[]> {
  const { name: lab, family, encapsulation, mtu } = settings;
  const numbers = Array.from({ length: settings.hosts }, (_, index) => index + 1);
  return Promise.all(
    numbers.map((number) =>
      startHost({ lab, number, directory: join(directory, hostName(number)), southbound, family, encapsulation, mtu }),
    ),
  );
}

async function labDirectory(name: string, wanted: string | undefined): Promise<string> {
  if (wanted === undefined) return mkdtemp(join(tmpdir(), `${name}-`));
  await mkdir(wanted, { recursive: true });
  return wanted;
}
