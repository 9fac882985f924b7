import type { Command } from 'commander';
import { collectionDescriptions, type Router, unwrap } from '../client/index.ts';
import { withContext } from './context.ts';
import { addNoun, getNoun, type Noun, show } from './noun.ts';
import { subnets } from './subnet.ts';

const routers: Noun<Router> = {
  description: collectionDescriptions.routers,
  columns: [
    { title: 'id', value: ({ id }) => id },
    { title: 'name', value: ({ name }) => name },
    { title: 'status', value: ({ status }) => status },
  ],
};

/** Adds `sextant router ...`, with `add-subnet` and `remove-subnet`. */
export function addRouter(program: Command): void {
  const command = addNoun(program, routers);
  for (const verb of ['add', 'remove'] as const) {
    command
      .command(`${verb}-subnet`)
      .description(`${verb} an interface on a subnet`)
      .argument('<router>')
      .argument('<subnet>')
      .action((router: string, subnet: string, _options, self: Command) =>
        withContext(self, async (context) => {
          const { id } = await getNoun(context, routers, router);
          const what = { subnet_id: (await getNoun(context, subnets, subnet)).id };
          const { routers: api } = context.client;
          const answer =
            verb === 'add' ? await api.addRouterInterface(id, what) : await api.removeRouterInterface(id, what);
          await show(context, unwrap(answer));
        }),
      );
  }
}
