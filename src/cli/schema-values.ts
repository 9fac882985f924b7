import type { JsonSchema } from '../client/index.ts';
import { optionName } from './schema-help.ts';

/** Finds the id of a resource's row by its name or id. Throws when there is none. */
export type FindId = (resource: string, nameOrId: string) => Promise<string>;

/** Reads the text of an option as the value that its schema describes; undefined when it is none. */
export async function readValue(schema: JsonSchema, text: string, findId: FindId): Promise<unknown> {
  const { anyOf, enum: values, properties, type } = schema;
  const references = schema['x-references'];
  if (references !== undefined) return findId(references, text);
  if (values) return values.find((value) => String(value).toLowerCase() === text.toLowerCase());
  if (type === undefined && anyOf) return readFirst(anyOf, text, findId);
  if (typeof type === 'object') {
    const each = type.map((one) => ({ ...schema, type: one }));
    return readFirst(each, text, findId);
  }
  return properties ? readObject(properties, text, findId) : readSimple(schema, text);
}

/** Null first: a reference would look for a thing named `none`. */
async function readFirst(schemas: readonly JsonSchema[], text: string, findId: FindId): Promise<unknown> {
  const isNull = ({ type }: JsonSchema) => type === 'null';
  for (const schema of schemas.toSorted((a, b) => Number(isNull(b)) - Number(isNull(a)))) {
    const value = await readValue(schema, text, findId);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** `subnet=blue,ip-address=2001:db8::1` */
async function readObject(
  properties: Readonly<Record<string, JsonSchema>>,
  text: string,
  findId: FindId,
): Promise<unknown> {
  const result: Record<string, unknown> = {};
  for (const part of text.split(',')) {
    const at = part.indexOf('=');
    const said = part.slice(0, at).replaceAll('_', '-');
    const found = Object.entries(properties).find(([name, schema]) => optionName(name, schema) === said);
    const value = at > 0 && found ? await readValue(found[1], part.slice(at + 1), findId) : undefined;
    if (!found || value === undefined) return undefined;
    result[found[0]] = value;
  }
  return result;
}

function readSimple({ type, minimum, maximum, pattern }: JsonSchema, text: string): unknown {
  switch (type) {
    case 'null':
      return text === 'none' ? null : undefined;
    case 'boolean':
      return { true: true, false: false }[text];
    case 'integer': {
      const isIn =
        /^-?\d+$/.test(text) && Number(text) >= (minimum ?? -Infinity) && Number(text) <= (maximum ?? Infinity);
      return isIn ? Number(text) : undefined;
    }
    case 'object':
      return readJsonObject(text);
    default:
      return pattern === undefined || new RegExp(pattern).test(text) ? text : undefined;
  }
}

function readJsonObject(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && !Array.isArray(value) && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
