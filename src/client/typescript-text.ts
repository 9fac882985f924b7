import { pascal } from './names.ts';
import type { JsonSchema } from './schema.ts';

/** Columns of a line of code: biome.json lineWidth. */
export const width = 120;

/** A name as it stands in an interface or a literal: quoted where it must be. */
export function propertyName(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : literal(name);
}

/** `  readonly name: ` with the type that a schema describes; on several lines where one is too short. */
export function typeText(head: string, schema: JsonSchema): string {
  const line = `${head}${typeOf(schema)};`;
  if (line.length <= width) return line;
  const indent = indentOf(head);
  const { items, properties } = schema;
  if (items?.properties) return `${head}readonly ${objectText(items, indent)}[];`;
  if (properties) return `${head}${objectText(schema, indent)};`;
  return `${head.trimEnd()}\n${alternatives(schema)
    .map((each) => `${indent}  | ${each}`)
    .join('\n')};`;
}

function objectText(schema: JsonSchema, indent: string): string {
  const { properties = {}, required = [] } = schema;
  const members = Object.entries(properties).map(([name, each]) =>
    typeText(`${indent}  readonly ${propertyName(name)}${required.includes(name) ? '' : '?'}: `, each),
  );
  return ['{', ...members, `${indent}}`].join('\n');
}

function typeOf(schema: JsonSchema): string {
  return alternatives(schema).join(' | ');
}

function alternatives({ $ref, enum: values, type, anyOf, ...rest }: JsonSchema): readonly string[] {
  if ($ref !== undefined) return [pascal($ref.split('/').at(-1) ?? '')];
  if (values) return values.map(literal);
  if (type !== undefined) return [type].flat().map((each) => simpleType(each, rest));
  return anyOf ? withoutRepetition(anyOf.flatMap(alternatives)) : ['unknown'];
}

/** Beside any text, no particular one is worth a word. */
function withoutRepetition(types: readonly string[]): readonly string[] {
  const isText = types.includes('string');
  return [...new Set(types)].filter((type) => !isText || !/^['"]/.test(type));
}

function simpleType(type: string, { items = {}, properties, required = [] }: JsonSchema): string {
  if (type === 'integer') return 'number';
  if (type === 'array') return `readonly ${alternatives(items).length > 1 ? `(${typeOf(items)})` : typeOf(items)}[]`;
  if (type !== 'object') return type;
  if (!properties) return 'Readonly<Record<string, unknown>>';
  const members = Object.entries(properties).map(
    ([name, schema]) => `readonly ${propertyName(name)}${required.includes(name) ? '' : '?'}: ${typeOf(schema)}`,
  );
  return `{ ${members.join('; ')} }`;
}

/** `  name: ` with a literal of the value and a comma; on several lines where one is too short. */
export function literalText(head: string, value: unknown): string {
  const line = `${head}${literal(value)},`;
  if (line.length <= width) return line;
  const indent = indentOf(head);
  if (typeof value !== 'object' || value === null) return `${head.trimEnd()}\n${indent}  ${literal(value)},`;
  if (Array.isArray(value)) {
    return [`${head}[`, ...value.map((each) => literalText(`${indent}  `, each)), `${indent}],`].join('\n');
  }
  const members = Object.entries(value).map(([name, each]) => literalText(`${indent}  ${propertyName(name)}: `, each));
  return [`${head}{`, ...members, `${indent}},`].join('\n');
}

function literal(value: unknown): string {
  if (typeof value === 'string')
    return value.includes("'") ? JSON.stringify(value) : `'${value.replaceAll('\\', '\\\\')}'`;
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, each]) => `${propertyName(name)}: ${literal(each)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

function indentOf(head: string): string {
  return /^ */.exec(head)?.[0] ?? '';
}
