import type { Command } from 'commander';
import { type AnyCollection, type AnyRow, type Client, type CollectionDescription, unwrap } from '../client/index.ts';
import { type CliContext, CliError, getByNameOrId, withContext } from './context.ts';
import { findIdWith } from './find-id.ts';
import { type Column, renderRow, renderRows } from './output.ts';
import { spoken, withArticle } from './schema-help.ts';
import { addAttributeOptions, readBody, type Spellings } from './schema-options.ts';

interface Identified {
  readonly id: string;
}

/** A collection of the API as a noun of the command line, with what is particular to it. */
export interface Noun<Row extends Identified = AnyRow> {
  readonly description: CollectionDescription;
  /** Of a list. */
  readonly columns: readonly Column<Row>[];
  readonly spellings?: Spellings;
  /** Completes the body of a creation by what follows from the rest of it. */
  complete?(body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
}

/** The noun of a collection of which nothing particular is known: its list shows what a creation may say. */
export function plainNoun(description: CollectionDescription): Noun {
  const { shown, create } = description;
  const said = Object.keys(create?.properties ?? {}).filter((name) => !['project_id', 'description'].includes(name));
  const names = ['id', ...said.filter((name) => shown.includes(name))];
  return { description, columns: names.map((name) => ({ title: spoken(name), value: (row) => row[name] })) };
}

/** `address-group`; below a path of its own `qos-policy`. */
export function nounName({ one, path }: CollectionDescription): string {
  return [...path.split('/').slice(0, -1), one.replaceAll('_', '-')].join('-');
}

/** Adds `NOUN list|show|create|set|delete`, as far as the API has them. */
export function addNoun<Row extends Identified>(program: Command, noun: Noun<Row>): Command {
  const { description } = noun;
  const command = program.command(nounName(description)).description(spoken(description.many));
  addList(command, noun);
  addShow(command, noun);
  if (description.create) addCreate(command, noun, description.create);
  if (description.update) addSet(command, noun, description.update);
  if (description.deletable) addDelete(command, noun);
  return command;
}

/** Adds a command for each action of the API on one row: `address-group add-addresses`. */
export function addActions<Row extends Identified>(command: Command, noun: Noun<Row>): void {
  for (const [action, { body }] of Object.entries(noun.description.actions)) {
    const added = command.command(action.replaceAll('_', '-')).description(spoken(action)).argument('<name-or-id>');
    const options = addAttributeOptions(added, body, noun.spellings);
    added.action((nameOrId: string, _options, self: Command) =>
      withContext(self, async (context) => {
        const { id } = await getNoun(context, noun, nameOrId);
        const wanted = await readBody(self, options, findIdWith(context.client));
        await show(context, unwrap(await collectionOf(context.client, noun).act(action, id, wanted)));
      }),
    );
  }
}

function addList<Row extends Identified>(command: Command, noun: Noun<Row>): void {
  command
    .command('list')
    .description(`list ${spoken(noun.description.many)}`)
    .argument('[filters...]', 'attribute=value')
    .action((filters: readonly string[], _options, self: Command) =>
      withContext(self, async ({ client, format, print }) => {
        const rows = unwrap(await collectionOf(client, noun).list(parseFilters(filters)));
        print(await renderRows(rows, noun.columns, format));
      }),
    );
}

function addShow<Row extends Identified>(command: Command, noun: Noun<Row>): void {
  command
    .command('show')
    .description(`show all attributes of ${withArticle(noun.description.one)}`)
    .argument('<name-or-id>')
    .action((nameOrId: string, _options, self: Command) =>
      withContext(self, async (context) => show(context, await getNoun(context, noun, nameOrId))),
    );
}

type BodySchema = NonNullable<CollectionDescription['create']>;

function addCreate<Row extends Identified>(command: Command, noun: Noun<Row>, schema: BodySchema): void {
  const { name, ...properties } = schema.properties ?? {};
  const { one } = noun.description;
  const added = command.command('create').description(`create ${withArticle(one)}`);
  const isNameNeeded = schema.required?.includes('name') === true;
  if (name) added.argument(isNameNeeded ? '<name>' : '[name]');
  const options = addAttributeOptions(added, { ...schema, properties }, noun.spellings);
  const run = (said: object, self: Command) =>
    withContext(self, async (context) => {
      const body = { ...said, ...(await readBody(self, options, findIdWith(context.client))) };
      const wanted = noun.complete?.(body) ?? body;
      await show(context, unwrap(await collectionOf(context.client, noun).create(wanted)));
    });
  if (name) added.action((text: string | undefined, _options, self: Command) => run(given({ name: text }), self));
  else added.action((_options, self: Command) => run({}, self));
}

function addSet<Row extends Identified>(command: Command, noun: Noun<Row>, schema: BodySchema): void {
  const added = command
    .command('set')
    .description(`change ${withArticle(noun.description.one)}`)
    .argument('<name-or-id>');
  const options = addAttributeOptions(added, schema, noun.spellings);
  added.action((nameOrId: string, _options, self: Command) =>
    withContext(self, async (context) => {
      const change = await readBody(self, options, findIdWith(context.client));
      if (Object.keys(change).length === 0)
        throw new CliError(`say what to change: ${options.map(({ flag }) => flag).join(', ')}`);
      const { id } = await getNoun(context, noun, nameOrId);
      await show(context, unwrap(await collectionOf(context.client, noun).update(id, change)));
    }),
  );
}

function addDelete<Row extends Identified>(command: Command, noun: Noun<Row>): void {
  command
    .command('delete')
    .description(`delete ${spoken(noun.description.many)}`)
    .argument('<name-or-id...>')
    .action((names: readonly string[], _options, self: Command) =>
      withContext(self, async (context) => {
        for (const nameOrId of names) {
          const { id } = await getNoun(context, noun, nameOrId);
          unwrap(await collectionOf(context.client, noun).delete(id));
        }
      }),
    );
}

/** Prints one row, in the form that the user asked for. */
export async function show({ format, print }: CliContext, row: object): Promise<void> {
  print(await renderRow(row, format));
}

/** The row of that name or id. Throws when there is none, or several. */
export function getNoun<Row extends Identified>(
  { client }: CliContext,
  noun: Noun<Row>,
  nameOrId: string,
): Promise<Row> {
  return getByNameOrId(noun.description, collectionOf(client, noun), nameOrId);
}

function collectionOf<Row extends Identified>(client: Client, { description }: Noun<Row>): AnyCollection<Row> {
  return client.collection<Row>(description);
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
