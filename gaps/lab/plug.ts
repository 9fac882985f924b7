import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runOrThrow } from './command.ts';
import { createGuest, type GuestState, settingsScript } from './guest.ts';
import { startKeeper } from './keeper.ts';
import type { Guest, GuestInterface, Host, PluggablePort, PlugRequest } from './types.ts';
import { enter, inNetnsBatch, ipBatch } from './underlay.ts';

/** The lab and the hosts that guests can be plugged in on. */
export interface PluggerOptions {
  readonly lab: string;
  readonly directory: string;
  readonly hosts: readonly Host[];
}

/** Plugs ports in, and knows the guests that stand. */
export interface Plugger {
  readonly guests: readonly Guest[];
  plug(request: PlugRequest): Promise<Guest>;
}

/** Gives ports real guests, and keeps the list of those that stand. */
export function createPlugger({ lab, directory, hosts }: PluggerOptions): Plugger {
  const states = new Map<Guest, GuestState>();
  const getHost = (name: string): Host => {
    const host = hosts.find((candidate) => candidate.name === name);
    if (!host) throw new Error(`the lab has no host ${name}`);
    return host;
  };
  const create = async (request: PlugRequest): Promise<Guest> => {
    const name = request.name ?? request.port.id.slice(0, 8);
    if ([...states.values()].some((state) => state.name === name))
      throw new Error(`the lab has a guest ${name} already`);
    const state: GuestState = {
      name,
      host: request.host,
      netns: `${lab}-g-${name}`,
      interfaces: [],
      keeper: undefined,
    };
    const guest = createGuest(state, {
      unplug: (attached) => unplug(getHost(state.host), attached),
      async remove() {
        states.delete(guest);
        await Promise.all(state.interfaces.map((attached) => unplug(getHost(state.host), attached)));
        await state.keeper?.stop();
        await ipBatch([`netns del ${state.netns}`]);
        await rm(join(directory, 'guests', name), { recursive: true, force: true });
      },
    });
    states.set(guest, state);
    await ipBatch([`netns add ${state.netns}`]);
    state.keeper = await startKeeper(state.netns, join(directory, 'guests', name));
    return guest;
  };
  return {
    get guests() {
      return [...states.keys()];
    },
    async plug(request) {
      const guest = request.guest ?? (await create(request));
      const state = states.get(guest);
      if (!state) throw new Error(`the guest ${guest.name} is gone`);
      await attach(getHost(request.host), state, request);
      return guest;
    },
  };
}

/** As os-vif's OVS plugin: a veth whose host end goes into the bridge that the port's binding names. */
async function attach(host: Host, state: GuestState, request: PlugRequest): Promise<void> {
  const { port, mtu = 1500 } = request;
  const attached: GuestInterface = {
    name: `eth${state.interfaces.length}`,
    portId: port.id,
    macAddress: port.mac_address,
    hostInterface: `tap${port.id.slice(0, 11)}`,
    host: host.name,
  };
  state.interfaces.push(attached);
  await inNetnsBatch(host.netns, [
    `link add ${attached.hostInterface} mtu ${mtu} type veth peer name ${attached.name} mtu ${mtu} address ${attached.macAddress} netns ${state.netns}`,
  ]);
  await Promise.all([prepareHostEnd(host, attached), prepareGuestEnd(state, attached, request)]);
  await addToBridge(host, attached, port, state.name);
  await runOrThrow(['ip', '-n', state.netns, 'link', 'set', attached.name, 'up']);
}

/** GRO on this end would give the userspace datapath merged segments: 0.2 Mbit/s. */
async function prepareHostEnd({ netns }: Host, { hostInterface }: GuestInterface): Promise<void> {
  const script = 'ethtool -K "$1" gro off && ip link set "$1" up';
  await runOrThrow([...enter(netns), 'sh', '-c', script, 'sh', hostInterface]);
}

/** The userspace datapath expects whole checksums and no oversized segments from a guest, so transmit offload is off. */
async function prepareGuestEnd({ netns }: GuestState, { name }: GuestInterface, request: PlugRequest): Promise<void> {
  const script = `ip link set lo up && ethtool -K "$1" tx off >/dev/null && ${settingsScript(request.settings ?? {})}`;
  await runOrThrow([...enter(netns), 'sh', '-c', script, 'sh', name]);
}

async function addToBridge(host: Host, attached: GuestInterface, port: PluggablePort, guest: string): Promise<void> {
  const bridge = port['binding:vif_details']?.bridge_name;
  await host.vsctl(
    ...[
      '--no-wait', // the next change may be under way already: vswitchd takes several at once
      '--may-exist',
      'add-port',
      typeof bridge === 'string' ? bridge : 'br-int',
      attached.hostInterface,
    ],
    ...['--', 'set', 'Interface', attached.hostInterface],
    `external_ids:iface-id="${port.id}"`,
    `external_ids:attached-mac="${port.mac_address}"`,
    'external_ids:iface-status=active',
    `external_ids:vm-uuid="${port.device_id || guest}"`,
  );
}

async function unplug(host: Host, { hostInterface }: GuestInterface): Promise<void> {
  await host.vsctl('--no-wait', '--if-exists', 'del-port', hostInterface);
  await inNetnsBatch(host.netns, [`link del ${hostInterface}`]);
}
