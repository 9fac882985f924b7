import type { JsonSchema } from '../client/index.ts';

/** The value of an option in its synopsis: `<number>`, `<name-or-id>`. */
export function placeholder(schema: JsonSchema): string {
  const { enum: values, items, properties, type } = schema;
  if (items) return items.properties ? placeholder(items) : `${placeholder(items)},...`;
  if (isReference(schema)) return 'name-or-id';
  if (properties) return 'key=value,...';
  if (values) return 'word';
  const [only, ...others] = alternatives(schema);
  if (only && others.length === 0) return placeholder(only);
  return type === 'integer' ? 'number' : 'text';
}

/** What an option takes, in words that follow "takes". */
export function describeValue(schema: JsonSchema): string {
  const { anyOf, enum: values, items, properties, type } = schema;
  const references = schema['x-references'];
  if (references !== undefined) return `${withArticle(references)}, by name or id`;
  if (isReference(schema)) return `one of that ${spoken(schema['x-references-by'] ?? '')}, by name or id`;
  if (values) return enumerate(values.map(String));
  if (items)
    return `${describeValue(items)}; more than one ${items.properties ? 'repeated' : 'repeated, or with commas'}`;
  if (type === undefined && anyOf) return describeChoice(anyOf);
  if (typeof type === 'object') return describeChoice(type.map((each) => ({ ...schema, type: each })));
  if (properties)
    return Object.keys(properties)
      .map((name) => `${optionName(name, properties[name])}=...`)
      .join(',');
  return describeSimple(schema);
}

function describeChoice(schemas: readonly JsonSchema[]): string {
  const isNull = ({ type }: JsonSchema) => type === 'null';
  const others = enumerate(schemas.filter((schema) => !isNull(schema)).map(describeValue));
  return schemas.some(isNull) ? `${others}, or none` : others;
}

function describeSimple({ type, minimum, maximum, description, examples, anyOf = [] }: JsonSchema): string {
  if (type === 'object') return 'a JSON object';
  if (type === 'integer') {
    if (maximum !== undefined) return `a number from ${minimum ?? 0} to ${maximum}`;
    return minimum === undefined ? 'a number' : `a number from ${minimum} on`;
  }
  if (description !== undefined) return description;
  if (examples) return `as ${examples.join(', ')}`;
  return anyOf.some(({ format }) => format === 'ipv6') ? 'an address' : 'text';
}

/** `network_id`, when it names a network, is `--network`. */
export function optionName(attribute: string, schema: JsonSchema = {}): string {
  const isId = [schema, ...(schema.anyOf ?? [])].some(isReference);
  return (isId ? attribute.replace(/_id$/, '') : attribute).replaceAll(/[:_]/g, '-');
}

function isReference(schema: JsonSchema): boolean {
  return schema['x-references'] !== undefined || schema['x-references-by'] !== undefined;
}

/** The schemas that a value may be of, null apart. */
export function alternatives({ type, anyOf = [] }: JsonSchema): readonly JsonSchema[] {
  return type === undefined ? anyOf.filter((each) => each.type !== 'null') : [];
}

function enumerate(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}

/** `address_group` is `an address group`. */
export function withArticle(name: string): string {
  return `${/^[aeiou]/.test(name) ? 'an' : 'a'} ${spoken(name)}`;
}

/** A name of the API in running text. */
export function spoken(name: string): string {
  return name.replaceAll('_', ' ');
}
