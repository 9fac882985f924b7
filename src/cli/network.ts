import type { Command } from 'commander';
import { type Network, unwrap } from '../client/index.ts';
import { integer, withContext } from './context.ts';
import { addNoun, given, type Noun, show } from './noun.ts';

export const networks: Noun<Network> = {
  name: 'network',
  collection: (client) => client.networks,
  columns: [
    { title: 'id', value: ({ id }) => id },
    { title: 'name', value: ({ name }) => name },
    { title: 'status', value: ({ status }) => status },
    { title: 'MTU', value: ({ mtu }) => mtu },
    { title: 'subnets', value: ({ subnets }) => subnets },
  ],
};

interface CreateOptions {
  readonly description?: string;
  readonly mtu?: string;
  readonly shared?: boolean;
}

export function addNetwork(program: Command): void {
  addNoun(program, networks)
    .command('create')
    .description('create a network')
    .argument('<name>')
    .option('--description <text>')
    .option('--mtu <bytes>')
    .option('--shared', 'let every project use it (administrators only)')
    .action((name: string, options: CreateOptions, self: Command) =>
      withContext(self, async (context) => {
        const { description, mtu, shared } = options;
        const wanted = given({ name, description, shared, mtu: mtu === undefined ? undefined : integer('--mtu', mtu) });
        await show(context, unwrap(await context.client.networks.create(wanted)));
      }),
    );
}
