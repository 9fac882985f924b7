import type { Command } from 'commander';
import { collectionDescriptions } from '../client/index.ts';
import { type CliContext, CliError, getByNameOrId, withContext } from './context.ts';
import { runInGuest } from './enter.ts';
import { createLabClient } from './lab-client.ts';
import type { LabGuest } from './lab-wire.ts';
import { type Column, renderRows } from './output.ts';

/** The columns of a table of guests. */
export const guestColumns: readonly Column<LabGuest>[] = [
  { title: 'guest', value: ({ name }) => name },
  { title: 'host', value: ({ host }) => host },
  { title: 'interfaces', value: ({ interfaces }) => interfaces.map(({ name, macAddress }) => `${name} ${macAddress}`) },
  { title: 'ports', value: ({ interfaces }) => interfaces.map(({ portId }) => portId) },
];

/** Guests of the running lab. */
export function addGuest(program: Command): void {
  const command = program.command('guest').description('guests of the running lab');
  command
    .command('list')
    .description('list guests')
    .action((_options, self: Command) =>
      withContext(self, async ({ format, print, stateDirectory }) => {
        const { guests } = await createLabClient(stateDirectory).view();
        print(await renderRows(guests, guestColumns, format));
      }),
    );
  command
    .command('exec')
    .description('run a command in a guest, as: sextant guest exec g1 -- ip address')
    .argument('<guest>')
    .argument('<command...>')
    .action((name: string, words: readonly string[], _options, self: Command) =>
      withContext(self, async ({ stateDirectory }) => {
        process.exitCode = await runInGuest(await createLabClient(stateDirectory).view(), name, words);
      }),
    );
  command
    .command('ping')
    .description('ping a port, by its name or id, or an address, from a guest')
    .argument('<guest>')
    .argument('<port-or-address>')
    .option('--count <n>', 'how many echo requests', '3')
    .action((name: string, target: string, { count }: { readonly count: string }, self: Command) =>
      withContext(self, async (context) => {
        const address = await resolveTarget(context, target);
        const lab = await createLabClient(context.stateDirectory).view();
        process.exitCode = await runInGuest(lab, name, ['ping', '-n', '-c', count, '-w', '10', address]);
      }),
    );
  command
    .command('delete')
    .description('end a guest and unplug its ports')
    .argument('<guest>')
    .action((name: string, _options, self: Command) =>
      withContext(self, ({ stateDirectory }) => createLabClient(stateDirectory).removeGuest(name)),
    );
}

/** IPv6 first: the port's first IPv6 address, else its first one. */
async function resolveTarget({ client }: CliContext, target: string): Promise<string> {
  if (/^[0-9a-f:.]*[:.][0-9a-f:.]*$/i.test(target)) return target;
  const { fixed_ips } = await getByNameOrId(collectionDescriptions.ports, client.ports, target);
  const address = fixed_ips.find(({ ip_address }) => ip_address.includes(':')) ?? fixed_ips[0];
  if (!address) throw new CliError(`port ${target} has no address`);
  return address.ip_address;
}
