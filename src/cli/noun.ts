import type { Command } from 'commander';
import {
  type AnyCollection,
  type AnyRow,
  type CollectionDescription,
  isPart,
  pathBelow,
  unwrap,
} from '../client/index.ts';
import { type CliContext, CliError, getByNameOrId, withContext } from './context.ts';
import { findIdWith, findParentId, parentName } from './find-id.ts';
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

/** Columns of a list whose rows nobody creates. */
const widestRow = 6;

/** The noun of a collection of which nothing particular is known: its list shows what a creation may say. */
export function plainNoun(description: CollectionDescription): Noun {
  const { shown, create } = description;
  const said = Object.keys(create?.properties ?? {}).filter((name) => !['project_id', 'description'].includes(name));
  const names = create ? ['id', ...said.filter((name) => shown.includes(name))] : shown.slice(0, widestRow);
  return { description, columns: names.map((name) => ({ title: spoken(name), value: (row) => row[name] })) };
}

/** `address-group`; below a path of its own `qos-policy`, and of parts of policies `qos-bandwidth-limit-rule`. */
export function nounName({ one, path }: CollectionDescription): string {
  const above = path.split('/').slice(0, isPart(path) ? -3 : -1);
  return [...above, one.replaceAll('_', '-')].join('-');
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
    const added = subcommand(command, noun, action.replaceAll('_', '-'))
      .description(spoken(action))
      .argument('<name-or-id>');
    const options = addAttributeOptions(added, body, noun.spellings);
    added.action((nameOrId: string, _options, self: Command) =>
      withContext(self, async (context) => {
        const { id } = await getNoun(context, noun, nameOrId, self);
        const wanted = await readBody(self, options, findIdWith(context.client));
        await show(context, unwrap(await (await collectionOf(context, noun, self)).act(action, id, wanted)));
      }),
    );
  }
}

function addList<Row extends Identified>(command: Command, noun: Noun<Row>): void {
  subcommand(command, noun, 'list')
    .description(`list ${spoken(noun.description.many)}`)
    .argument('[filters...]', 'attribute=value')
    .action((filters: readonly string[], _options, self: Command) =>
      withContext(self, async (context) => {
        const collection = await collectionOf(context, noun, self);
        const rows = unwrap(await collection.list(parseFilters(filters)));
        context.print(await renderRows(rows, noun.columns, context.format));
      }),
    );
}

function addShow<Row extends Identified>(command: Command, noun: Noun<Row>): void {
  subcommand(command, noun, 'show')
    .description(`show all attributes of ${withArticle(noun.description.one)}`)
    .argument('<name-or-id>')
    .action((nameOrId: string, _options, self: Command) =>
      withContext(self, async (context) => show(context, await getNoun(context, noun, nameOrId, self))),
    );
}

type BodySchema = NonNullable<CollectionDescription['create']>;

function addCreate<Row extends Identified>(command: Command, noun: Noun<Row>, schema: BodySchema): void {
  const { name, ...properties } = schema.properties ?? {};
  const { one } = noun.description;
  const added = subcommand(command, noun, 'create').description(`create ${withArticle(one)}`);
  const isNameNeeded = schema.required?.includes('name') === true;
  if (name) added.argument(isNameNeeded ? '<name>' : '[name]');
  const options = addAttributeOptions(added, { ...schema, properties }, noun.spellings);
  const run = (said: object, self: Command) =>
    withContext(self, async (context) => {
      const body = { ...said, ...(await readBody(self, options, findIdWith(context.client))) };
      const wanted = noun.complete?.(body) ?? body;
      await show(context, unwrap(await (await collectionOf(context, noun, self)).create(wanted)));
    });
  if (name) added.action((text: string | undefined, _options, self: Command) => run(given({ name: text }), self));
  else added.action((_options, self: Command) => run({}, self));
}

function addSet<Row extends Identified>(command: Command, noun: Noun<Row>, schema: BodySchema): void {
  const added = subcommand(command, noun, 'set')
    .description(`change ${withArticle(noun.description.one)}`)
    .argument('<name-or-id>');
  const options = addAttributeOptions(added, schema, noun.spellings);
  added.action((nameOrId: string, _options, self: Command) =>
    withContext(self, async (context) => {
      const change = await readBody(self, options, findIdWith(context.client));
      if (Object.keys(change).length === 0)
        throw new CliError(`say what to change: ${options.map(({ flag }) => flag).join(', ')}`);
      const { id } = await getNoun(context, noun, nameOrId, self);
      await show(context, unwrap(await (await collectionOf(context, noun, self)).update(id, change)));
    }),
  );
}

function addDelete<Row extends Identified>(command: Command, noun: Noun<Row>): void {
  subcommand(command, noun, 'delete')
    .description(`delete ${spoken(noun.description.many)}`)
    .argument('<name-or-id...>')
    .action((names: readonly string[], _options, self: Command) =>
      withContext(self, async (context) => {
        for (const nameOrId of names) {
          const { id } = await getNoun(context, noun, nameOrId, self);
          unwrap(await (await collectionOf(context, noun, self)).delete(id));
        }
      }),
    );
}

/** Prints one row, in the form that the user asked for. */
export async function show({ format, print }: CliContext, row: object): Promise<void> {
  print(await renderRow(row, format));
}

/** The row of that name or id. Throws when there is none, or several. `self` names the parent of a part. */
export async function getNoun<Row extends Identified>(
  context: CliContext,
  noun: Noun<Row>,
  nameOrId: string,
  self?: Command,
): Promise<Row> {
  return await getByNameOrId(noun.description, await collectionOf(context, noun, self), nameOrId);
}

/** Commands about parts of other things take what they are parts of as an option. */
function subcommand<Row extends Identified>(command: Command, { description }: Noun<Row>, name: string): Command {
  const added = command.command(name);
  if (!isPart(description.path)) return added;
  const parent = parentName(description);
  return added.requiredOption(`--${parent} <name-or-id>`, `${withArticle(parent)}, by name or id`);
}

async function collectionOf<Row extends Identified>(
  { client }: CliContext,
  { description }: Noun<Row>,
  self?: Command,
): Promise<AnyCollection<Row>> {
  if (!isPart(description.path)) return client.collection<Row>(description);
  const said = String(self?.opts()[parentName(description)]);
  const parentId = await findParentId(client, description, said);
  return client.collection<Row>({ ...description, path: pathBelow(description.path, parentId) });
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
