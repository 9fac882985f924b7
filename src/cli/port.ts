import { hostname } from 'node:os';
import type { Command } from 'commander';
import { waitFor } from '../base/index.ts';
import { collectionDescriptions, type Port, unwrap } from '../client/index.ts';
import { type CliContext, CliError, withContext } from './context.ts';
import { plugInterface, unplugInterface } from './host-plug.ts';
import { createLabClient } from './lab-client.ts';
import type { LabPlug, LabView } from './lab-wire.ts';
import { addNoun, getNoun, type Noun } from './noun.ts';
import { renderRow } from './output.ts';

/** The port as the commands list and show it. */
export const ports: Noun<Port> = {
  description: collectionDescriptions.ports,
  columns: [
    { title: 'id', value: ({ id }) => id },
    { title: 'name', value: ({ name }) => name },
    { title: 'MAC', value: ({ mac_address }) => mac_address },
    { title: 'addresses', value: ({ fixed_ips }) => fixed_ips.map(({ ip_address }) => ip_address) },
    { title: 'host', value: (port) => port['binding:host_id'] },
    { title: 'status', value: ({ status }) => status },
  ],
  spellings: {
    mac_address: { option: 'mac', help: 'a MAC address' },
    fixed_ips: { option: 'fixed-ip', help: 'an address, or subnet=...,ip-address=...', read: readFixedIp },
    security_groups: { option: 'security-group', help: "default: the project's default group" },
  },
};

function readFixedIp(text: string): object | undefined {
  return text.includes('=') ? undefined : { ip_address: text };
}

/** Adds `sextant port ...`, with `plug` and `unplug`. */
export function addPort(program: Command): void {
  const command = addNoun(program, ports);
  addPlug(command);
  addUnplug(command);
  addFirstHop(command);
}

/** Shows what the API knows of the port's first hop: addresses, leases, drops. */
function addFirstHop(command: Command): void {
  command
    .command('first-hop')
    .description('show the addresses that a port may use, its leases, and what its host dropped')
    .argument('<name-or-id>')
    .action((nameOrId: string, _options, self: Command) =>
      withContext(self, async (context) => {
        const { id } = await getNoun(context, ports, nameOrId);
        const answer = unwrap(await context.client.request('GET', `/v2.0/ports/${id}/first-hop`));
        const { first_hop: firstHop } = answer as unknown as { readonly first_hop: object };
        context.print(await renderRow(firstHop, context.format));
      }),
    );
}

interface PlugOptions {
  readonly host?: string;
  readonly guest?: string;
  readonly interface?: string;
}

/** As Nova does: bind the port to its host through the API, then plug an interface into that host's Open vSwitch. */
function addPlug(command: Command): void {
  command
    .command('plug')
    .description('give a port an interface: a guest of the running lab, or an interface of this machine')
    .argument('<name-or-id>')
    .option('--host <name>', 'the host, as agents call it (with --interface: this machine)')
    .option('--guest <name>', 'in the lab: a guest, made when there is none (default: the name of the port)')
    .option('--interface <name>', 'on this machine: an interface that exists, as a tap of a virtual machine')
    .action((nameOrId: string, options: PlugOptions, self: Command) =>
      withContext(self, async (context) => {
        const port = await getNoun(context, ports, nameOrId);
        await plug(context, port, options);
        context.print(await describeActive(context, port.id));
      }),
    );
}

async function plug(context: CliContext, port: Port, options: PlugOptions): Promise<void> {
  const { guest, interface: interfaceName, host = interfaceName && hostname() } = options;
  if (!host) throw new CliError('say where: --host h1');
  if (guest && interfaceName) throw new CliError('either --guest or --interface, not both');
  if (interfaceName) return bindAndPlug(context, port, host, (bound) => plugInterface(interfaceName, bound));
  const lab = createLabClient(context.stateDirectory);
  const wanted = { host, guest: guest ?? (port.name || port.id.slice(0, 8)) };
  const obstacle = findObstacle(await lab.view(), port, wanted);
  if (obstacle) throw new CliError(obstacle);
  const { mtu } = unwrap(await context.client.networks.show(port.network_id));
  await bindAndPlug(context, port, host, (bound) => lab.plug({ ...wanted, port: bound, mtu }));
}

/**
 * Finds the reason for which the lab would refuse to plug, before the port is bound: a binding that moves cuts off the
 * guest that has the port already.
 */
function findObstacle(
  { hosts, guests }: LabView,
  port: Port,
  { host, guest }: Pick<LabPlug, 'host' | 'guest'>,
): string | undefined {
  if (!hosts.some(({ name }) => name === host)) {
    return `the lab has no host ${host}: it has ${hosts.map(({ name }) => name).join(', ')}`;
  }
  const holder = guests.find(({ interfaces }) => interfaces.some(({ portId }) => portId === port.id));
  if (holder) return `port ${port.name || port.id} is plugged already, into the guest ${holder.name} on ${holder.host}`;
  const namesake = guests.find(({ name }) => name === guest);
  return namesake && namesake.host !== host ? `the guest ${guest} is on ${namesake.host}, not on ${host}` : undefined;
}

/** A port that could not be plugged is bound as it was before: an interface elsewhere may rest on that. */
async function bindAndPlug(
  { client }: CliContext,
  port: Port,
  host: string,
  plugIt: (bound: Port) => Promise<unknown>,
): Promise<void> {
  const bound = unwrap(await client.ports.update(port.id, { 'binding:host_id': host }));
  try {
    await plugIt(bound);
  } catch (error) {
    await client.ports.update(port.id, { 'binding:host_id': port['binding:host_id'] ?? '' });
    throw error;
  }
}

/** Says what the port came to; one that stays DOWN is an error to the caller. */
async function describeActive({ client }: CliContext, id: string): Promise<string> {
  const shown = await waitFor('the port to become ACTIVE', async () => {
    const port = unwrap(await client.ports.show(id));
    return port.status === 'ACTIVE' && port;
  }).catch(() => {
    throw new CliError(`port ${id} is plugged but did not become ACTIVE within 10 s: is the host's agent up?`);
  });
  return `${shown.name || id} is ${shown.status}: ${shown.fixed_ips.map(({ ip_address }) => ip_address).join(' ')}`;
}

function addUnplug(command: Command): void {
  command
    .command('unplug')
    .description('take the interface of a port away, and its binding')
    .argument('<name-or-id>')
    .option('--interface <name>', 'on this machine')
    .action((nameOrId: string, options: PlugOptions, self: Command) =>
      withContext(self, async (context) => {
        const { id } = await getNoun(context, ports, nameOrId);
        if (options.interface) await unplugInterface(options.interface);
        else await createLabClient(context.stateDirectory).unplug(id);
        unwrap(await context.client.ports.update(id, { 'binding:host_id': '' }));
      }),
    );
}
