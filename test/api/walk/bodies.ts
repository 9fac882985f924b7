import type { Schema } from './document.ts';

/** The ids to refer to, by the name of the resource. */
export type Ids = ReadonlyMap<string, string>;

/** The ids that bodies refer to, and the reference that they are about, which may be optional. */
export interface Choice {
  readonly ids: Ids;
  readonly path?: readonly string[];
  /** The id at `path`, in place of the one in `ids`. */
  readonly id?: string;
}

/**
 * Bodies that a schema allows: one for each value of an enumeration, with and without the properties that have an example.
 * Where a schema requires none of its properties, each of them alone.
 */
export function bodiesOf(schema: Schema, choice: Choice): readonly unknown[] {
  const { enum: values, examples, anyOf, items, properties } = schema;
  const references = schema['x-references'];
  if (references !== undefined) return idsOf(references, choice);
  if (values ?? examples) return values ?? examples ?? [];
  if (properties) return objectsOf(schema, properties, choice);
  if (items) return bodiesOf(items, below('[]', choice)).map((item) => [item]);
  const isMeant = ({ type, format, ...each }: Schema) =>
    type !== 'null' && (format === undefined || each['x-references'] !== undefined);
  const alternatives = (anyOf ?? []).filter(isMeant);
  if (alternatives.length > 0) return alternatives.flatMap((each) => bodiesOf(each, choice));
  return plainValues(schema);
}

function idsOf(references: string, { ids, path, id }: Choice): readonly string[] {
  const named = path?.length === 0 ? (id ?? ids.get(references)) : ids.get(references);
  return named === undefined ? [] : [named];
}

function objectsOf(
  { required = [] }: Schema,
  properties: Readonly<Record<string, Schema>>,
  choice: Choice,
): readonly unknown[] {
  const all = Object.keys(properties);
  const meant = all.filter((name) => name === choice.path?.[0]);
  const needed = [...new Set([...required, ...meant])];
  const illustrated = all.filter((name) => !needed.includes(name) && hasExample(properties[name]));
  const plain = needed.length > 0 ? [needed] : all.map((name) => [name]);
  const selections = illustrated.length > 0 ? [...plain, [...needed, ...illustrated]] : plain;
  return selections.flatMap((names) => {
    const values = names.map((name) => [name, bodiesOf(properties[name] ?? {}, below(name, choice))] as const);
    return combine(values).flatMap((made) => withNamedIds(made, properties, choice));
  });
}

/** Fills in the ids whose kind another property of the same body says (`x-references-by`). */
function withNamedIds(
  made: Readonly<Record<string, unknown>>,
  properties: Readonly<Record<string, Schema>>,
  choice: Choice,
): readonly object[] {
  let bodies: readonly object[] = [made];
  for (const [name, { 'x-references-by': by }] of Object.entries(properties)) {
    if (by === undefined || !(name in made)) continue;
    const ids = idsOf(String(made[by]), below(name, choice));
    bodies = bodies.flatMap((body) => ids.map((id) => ({ ...body, [name]: id })));
  }
  return bodies;
}

function hasExample(schema: Schema | undefined): boolean {
  return schema?.examples !== undefined || schema?.anyOf?.some(hasExample) === true;
}

/** The choice for what is behind a name. */
function below(name: string, { ids, path, id }: Choice): Choice {
  if (path?.[0] !== name) return { ids };
  return { ids, path: path.slice(1), ...(id !== undefined && { id }) };
}

function combine(
  values: readonly (readonly [string, readonly unknown[]])[],
): readonly Readonly<Record<string, unknown>>[] {
  const one: readonly Readonly<Record<string, unknown>>[] = [{}];
  return values.reduce((made, [name, each]) => made.flatMap((m) => each.map((v) => ({ ...m, [name]: v }))), one);
}

function plainValues({ type, minimum = 0 }: Schema): readonly unknown[] {
  if (type === 'boolean') return [true];
  if (type === 'integer') return [minimum];
  if (type === 'array') return [[]];
  return type === 'object' ? [{}] : ['walk'];
}
