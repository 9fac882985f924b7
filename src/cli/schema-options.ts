import { type Command, Option } from 'commander';
import type { JsonSchema } from '../client/index.ts';
import { CliError } from './context.ts';
import { alternatives, describeValue, optionName, placeholder } from './schema-help.ts';
import { type FindId, readValue } from './schema-values.ts';

/** How an attribute is said where its schema would have it another way. */
export interface Spelling {
  /** Without dashes. */
  readonly option?: string;
  readonly help?: string;
  /** Whether the command itself finds a value where none is said. */
  readonly optional?: true;
  /** A shorter way of saying a value, or an item; undefined for texts that are said as the schema tells. */
  read?(text: string): unknown;
}

/** By the names of attributes. */
export type Spellings = Readonly<Record<string, Spelling>>;

/** An attribute of a body as an option of a command. */
export interface AttributeOption {
  readonly attribute: string;
  readonly schema: JsonSchema;
  /** `--network` */
  readonly flag: string;
  readonly spelling: Spelling;
}

/** Gives a command an option for each property of a body. Whatever the schema requires is required. */
export function addAttributeOptions(
  command: Command,
  { properties = {}, required = [] }: JsonSchema,
  spellings: Spellings = {},
): readonly AttributeOption[] {
  return Object.entries(properties).map(([attribute, schema]) => {
    const spelling = spellings[attribute] ?? {};
    const option = { attribute, schema, flag: `--${spelling.option ?? optionName(attribute, schema)}`, spelling };
    addOption(command, option, required.includes(attribute) && !spelling.optional);
    return option;
  });
}

function addOption(command: Command, { schema, flag, spelling }: AttributeOption, isRequired: boolean): void {
  const plain = withoutNull(schema);
  const no = `--no-${flag.slice(2)}`;
  if (plain.type === 'boolean') {
    command.option(flag, spelling.help ?? '').option(no);
    return;
  }
  const help = spelling.help ?? describeValue(schema).replace(/^text$/, '');
  const option = new Option(
    `${flag} <${placeholder(plain)}>`,
    isRequired ? `${help} (needed)`.trim() : help,
  ).makeOptionMandatory(isRequired);
  command.addOption(plain.items ? option.argParser(collect) : option);
  if (plain.items && !isRequired) command.option(no, 'the empty list');
}

function collect(text: string, before: unknown): readonly string[] {
  return [...(Array.isArray(before) ? before : []), text];
}

/** The body that a command's options say. Attributes that they don't name are left to the API. */
export async function readBody(
  command: Command,
  options: readonly AttributeOption[],
  findId: FindId,
): Promise<Readonly<Record<string, unknown>>> {
  const body: Record<string, unknown> = {};
  const values = command.opts<Record<string, unknown>>();
  const isLate = ({ schema }: AttributeOption) => Number(schema['x-references-by'] !== undefined);
  for (const option of options.toSorted((a, b) => isLate(a) - isLate(b))) {
    const said = values[new Option(option.flag).attributeName()];
    if (said !== undefined) body[option.attribute] = await readSaid(option, said, body, findId);
  }
  return body;
}

async function readSaid(
  option: AttributeOption,
  said: unknown,
  body: Readonly<Record<string, unknown>>,
  findId: FindId,
): Promise<unknown> {
  const { items, 'x-references-by': by } = withoutNull(option.schema);
  if (!items) {
    if (typeof said === 'boolean') return said;
    return by === undefined
      ? readText(option, option.schema, String(said), findId)
      : findId(String(body[by]), String(said));
  }
  if (!Array.isArray(said)) return [];
  const texts = said.flatMap((text: string) => (items.properties ? [text] : text.split(',')));
  return Promise.all(texts.map((text) => readText(option, items, text, findId)));
}

async function readText(
  { flag, schema: whole, spelling }: AttributeOption,
  schema: JsonSchema,
  text: string,
  findId: FindId,
): Promise<unknown> {
  const value = spelling.read?.(text) ?? (await readValue(schema, text, findId));
  if (value === undefined) throw new CliError(`${flag} takes ${spelling.help ?? describeValue(whole)}, not ${text}`);
  return value;
}

/** A schema that admits null besides one other is that other. */
function withoutNull(schema: JsonSchema): JsonSchema {
  const [only, ...others] = alternatives(schema);
  return only && others.length === 0 ? only : schema;
}
