import type { Body } from '../harness.ts';

/** One verb of one path of the OpenAPI document. */
export interface Operation {
  readonly method: string;
  /** With its parameters in braces: `/v2.0/ports/{id}`. */
  readonly path: string;
  /** The resource that the path is about, as references name it. */
  readonly resource: string;
  /** The schema of the request's body, if it has one. */
  readonly body?: Schema;
  /** The schema of the answer when it is granted, if it has one. */
  readonly answer?: Schema;
  /** Where the body refers to other resources. */
  readonly references: readonly Reference[];
}

/** The names that lead to a reference in a body; `[]` is the item of a list. */
export interface Reference {
  readonly path: readonly string[];
  /** The resource that it refers to; undefined when its schema doesn't say. */
  readonly to: string | undefined;
  /** Whether each body has it. */
  readonly required: boolean;
}

/** A JSON Schema, as far as the API's definitions use it. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly minimum?: number;
  readonly 'x-references'?: string;
  /** The property beside it whose value names the resource. */
  readonly 'x-references-by'?: string;
}

/** Reads the operations of all resources out of an OpenAPI document. */
export function readOperations(document: Body): readonly Operation[] {
  const { paths } = expand(document, document) as { paths: Record<string, Record<string, Described>> };
  return Object.entries(paths).flatMap(([path, verbs]) => {
    const collection = path.split('/')[2] ?? '';
    const resource = singleOf(paths, collection);
    return ['get', 'post', 'put', 'delete'].flatMap((verb) => {
      const described = verbs[verb];
      if (!described) return [];
      const body = described.requestBody?.content?.['application/json']?.schema;
      const references = body ? referencesOf(body) : [];
      const answer = answerOf(described);
      const parts = { ...(body && { body }), ...(answer && { answer }) };
      return [{ method: verb.toUpperCase(), path, resource, references, ...parts }];
    });
  });
}

interface Described {
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

/** Of the one response that is no refusal. */
function answerOf({ responses }: Described): Schema | undefined {
  const granted = Object.keys(responses).find((status) => status.startsWith('2')) ?? '';
  return responses[granted]?.content?.['application/json']?.schema;
}

/** A member's operations answer with `{"port": ...}`, under the name of the resource. */
function singleOf(paths: Readonly<Record<string, Record<string, unknown>>>, collection: string): string {
  return answerOf(paths[`/v2.0/${collection}/{id}`]?.get as Described)?.required?.[0] ?? collection;
}

/** The same JSON with each `$ref` replaced by what it refers to. */
function expand(value: unknown, document: Body): unknown {
  if (Array.isArray(value)) return value.map((item) => expand(item, document));
  if (typeof value !== 'object' || value === null) return value;
  const { $ref } = value as { readonly $ref?: string };
  if ($ref === undefined)
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, expand(each, document)]));
  const names = $ref.split('/').slice(1);
  return expand(
    names.reduce<unknown>((from, name) => (from as Body)[name], document),
    document,
  );
}

function referencesOf(schema: Schema, path: readonly string[] = [], required = true): readonly Reference[] {
  if (schema.format === 'uuid') return [{ path, to: schema['x-references'], required }];
  const inList = schema.items ? referencesOf(schema.items, [...path, '[]'], required) : [];
  const chosen = (schema.anyOf ?? []).flatMap((each) => referencesOf(each, path, required));
  const inside = Object.entries(schema.properties ?? {}).flatMap(([name, each]) => {
    const isRequired = required && schema.required?.includes(name) === true;
    const kinds = schema.properties?.[each['x-references-by'] ?? '']?.enum;
    if (kinds) return kinds.map((to) => ({ path: [...path, name], to: String(to), required: isRequired }));
    return referencesOf(each, [...path, name], isRequired);
  });
  return [...inList, ...chosen, ...inside];
}
