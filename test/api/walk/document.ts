import type { Body } from '../harness.ts';

/** One verb of one path of the OpenAPI document. */
export interface Operation {
  readonly method: string;
  /** With its parameters in braces: `/v2.0/ports/{id}`. */
  readonly path: string;
  /** The resource that the path is about, as references name it. */
  readonly resource: string;
  /** Of a single one in bodies. */
  readonly key: string;
  /** What the resource is a part of, which the path names, too. */
  readonly parent?: Parent;
  /** The schema of the request's body, if it has one. */
  readonly body?: Schema;
  /** The schema of the answer when it is granted, if it has one. */
  readonly answer?: Schema;
  /** Where the body refers to other resources. */
  readonly references: readonly Reference[];
}

/** The resource that a part belongs to, and its parameter in the path. */
export interface Parent {
  readonly parameter: string;
  readonly resource: string;
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
  /** Another schema of the document. */
  readonly $ref?: string;
  readonly 'x-references'?: string;
  /** The property beside it whose value names the resource. */
  readonly 'x-references-by'?: string;
}

/** Reads the operations of all resources out of an OpenAPI document. */
export function readOperations(document: Body): readonly Operation[] {
  const { paths } = expand(document, document) as Paths;
  return Object.entries(paths).flatMap(([path, verbs]) => {
    const about = aboutOf(document as unknown as Paths, path);
    return ['get', 'post', 'put', 'delete'].flatMap((verb) => {
      const described = verbs[verb];
      if (!described) return [];
      const body = described.requestBody?.content?.['application/json']?.schema;
      const references = body ? referencesOf(body) : [];
      const answer = answerOf(described);
      const parts = { ...(body && { body }), ...(answer && { answer }) };
      return [{ method: verb.toUpperCase(), path, ...about, references, ...parts }];
    });
  });
}

interface Paths {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
}

/** Of `/v2.0/ports`, `/v2.0/ports/{id}` and all below: what a member is called, and what it is a part of. */
function aboutOf({ paths }: Paths, path: string): Pick<Operation, 'resource' | 'key' | 'parent'> {
  const [collection = ''] = path.split('/{id}', 1);
  const answer = answerOf(paths[`${collection}/{id}`]?.get as Described);
  const key = answer?.required?.[0] ?? '';
  const resource = answer?.properties?.[key]?.$ref?.split('/').at(-1) ?? key;
  const [above = '', parameter] = collection.split(/\/\{(\w+)\}\//, 2);
  if (parameter === undefined) return { resource, key };
  return { resource, key, parent: { parameter, resource: aboutOf({ paths }, above).resource } };
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
