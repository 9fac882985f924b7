import type { Command } from 'commander';
import { type Client, type Deletable, type Readable, unwrap } from '../client/index.ts';
import { type CliContext, getByNameOrId, withContext } from './context.ts';
import { type Column, renderRow, renderRows } from './output.ts';

/** A collection of the API, as far as list, show and delete need to know it. */
export interface Noun<Row> {
  /** In the singular, as the API calls it. */
  readonly name: string;
  readonly collection: (client: Client) => Readable<Row> & Deletable;
  readonly columns: readonly Column<Row>[];
}

/** Adds `NOUN list|show|delete`, and answers the noun's command for what is particular to it. */
export function addNoun<Row extends { readonly id: string }>(program: Command, noun: Noun<Row>): Command {
  const command = program.command(noun.name).description(`list, show, create and delete ${noun.name}s`);
  command
    .command('list')
    .description(`list ${noun.name}s`)
    .argument('[filters...]', 'attribute=value')
    .action((filters: readonly string[], _options, self: Command) =>
      withContext(self, async ({ client, format, print }) => {
        const rows = unwrap(await noun.collection(client).list(parseFilters(filters)));
        print(await renderRows(rows, noun.columns, format));
      }),
    );
  command
    .command('show')
    .description(`show all attributes of one ${noun.name}`)
    .argument('<name-or-id>')
    .action((nameOrId: string, _options, self: Command) =>
      withContext(self, async (context) => show(context, await getNoun(context, noun, nameOrId))),
    );
  command
    .command('delete')
    .description(`delete ${noun.name}s`)
    .argument('<name-or-id...>')
    .action((names: readonly string[], _options, self: Command) =>
      withContext(self, async (context) => {
        for (const nameOrId of names) {
          const { id } = await getNoun(context, noun, nameOrId);
          unwrap(await noun.collection(context.client).delete(id));
        }
      }),
    );
  return command;
}

export async function show({ format, print }: CliContext, row: object): Promise<void> {
  print(await renderRow(row, format));
}

export function getNoun<Row extends { readonly id: string }>(
  { client }: CliContext,
  noun: Noun<Row>,
  nameOrId: string,
): Promise<Row> {
  return getByNameOrId(noun.name, noun.collection(client), nameOrId);
}

function parseFilters(filters: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    filters.map((filter) => {
      const at = filter.indexOf('=');
      return at < 0 ? [filter, 'true'] : [filter.slice(0, at), filter.slice(at + 1)];
    }),
  );
}

/** Leaves out what was not said, so that the API's own defaults hold. */
export function given<T extends object>(attributes: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
