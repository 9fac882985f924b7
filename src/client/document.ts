import { type CollectionDescription, isPart } from './collection.ts';
import { camel, pascal } from './names.ts';
import type { JsonSchema } from './schema.ts';

/** An OpenAPI 3.1 document, as far as the client is made of it. */
export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Path>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

type Path = Readonly<Partial<Record<'get' | 'post' | 'put' | 'delete', Operation>>>;

interface Operation {
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: JsonSchema }>>;
}

/** One collection, as the generated module spells it. */
export interface ApiCollection {
  /** Of the client: `addressGroups`. */
  readonly property: string;
  /** The type of the verbs that it has. */
  readonly verbs: string;
  readonly actions: readonly ApiAction[];
  /** The document's schemas that are about it, by their names. */
  readonly schemas: readonly string[];
  readonly description: CollectionDescription;
}

interface ApiAction {
  readonly name: string;
  readonly method: string;
  /** Names of schemas. */
  readonly body: string;
  readonly answer: string;
  /** Whether it answers with the row in its envelope. */
  readonly answersRow: boolean;
}

const prefix = '/v2.0/';

/** Reads what is served at a path with members: `/v2.0/ports` and `/v2.0/ports/{id}`. */
export function readCollections(document: OpenApiDocument): readonly ApiCollection[] {
  const { paths } = document;
  const collections = Object.keys(paths).filter((path) => path.startsWith(prefix) && `${path}/{id}` in paths);
  return collections.map((path) => readCollection(document, path));
}

function readCollection({ paths, components: { schemas } }: OpenApiDocument, base: string): ApiCollection {
  const { get: list, post } = paths[base] ?? {};
  const { get: show, put, delete: remove } = paths[`${base}/{id}`] ?? {};
  const one = envelopeOf(answerOf(show));
  const row = rowOf(answerOf(show), one);
  const path = base.slice(prefix.length);
  const writes = { create: post && `${row}_create`, update: put && `${row}_update` };
  const actions = readActions(paths, `${base}/{id}/`, row);
  const named = [row, writes.create, writes.update, ...actions.flatMap(({ body, answer }) => [body, answer])];
  return {
    property: camel(path.replace(/\{\w+\}/g, '')),
    verbs: isPart(path) ? `Below<${verbsText(row, { ...writes, remove })}>` : verbsText(row, { ...writes, remove }),
    actions,
    schemas: [...new Set(named.filter((name) => name !== undefined))],
    description: {
      one,
      ...(row !== one && { resource: row }),
      many: envelopeOf(answerOf(list)),
      path,
      shown: Object.keys(schemas[row]?.properties ?? {}),
      ...(writes.create && { create: schemas[writes.create] ?? {} }),
      ...(writes.update && { update: schemas[writes.update] ?? {} }),
      deletable: remove !== undefined,
      actions: Object.fromEntries(
        actions.map(({ name, body, answersRow }) => [name, { body: schemas[body] ?? {}, answersRow }]),
      ),
    },
  };
}

/** Whatever is put below a member, tags apart: all resources have these. */
function readActions(paths: OpenApiDocument['paths'], member: string, row: string): readonly ApiAction[] {
  return Object.entries(paths).flatMap(([path, { put }]) => {
    const name = path.startsWith(member) ? path.slice(member.length) : '';
    if (!put || !/^\w+$/.test(name) || name === 'tags') return [];
    const body = refOf(put.requestBody?.content?.['application/json']?.schema);
    const answer = refOf(answerOf(put));
    return [{ name, method: camel(name), body, answer: answer || row, answersRow: answer === '' }];
  });
}

interface Writes {
  readonly create: string | undefined;
  readonly update: string | undefined;
  readonly remove: Operation | undefined;
}

function verbsText(name: string, { create, update, remove }: Writes): string {
  const row = pascal(name);
  if (create && update && remove) return `Collection<${row}, ${pascal(create)}, ${pascal(update)}>`;
  const verbs = [`Readable<${row}>`];
  if (create) verbs.push(`Creatable<${row}, ${pascal(create)}>`);
  if (update) verbs.push(`Updatable<${row}, ${pascal(update)}>`);
  if (remove) verbs.push('Deletable');
  return verbs.join(' & ');
}

/** The schema of the one response that is no refusal. */
function answerOf(operation: Operation | undefined): JsonSchema | undefined {
  const granted = Object.entries(operation?.responses ?? {}).find(([status]) => status.startsWith('2'));
  return granted?.[1].content?.['application/json']?.schema;
}

/** `{"port": ...}` is in the envelope `port`. Throws on a schema that says nothing of one. */
function envelopeOf(schema: JsonSchema | undefined): string {
  const [name] = schema?.required ?? [];
  if (name === undefined) throw new Error(`no envelope: ${JSON.stringify(schema)}`);
  return name;
}

/** The name of the schema of a row that is answered in an envelope. */
function rowOf(schema: JsonSchema | undefined, envelope: string): string {
  return refOf(schema?.properties?.[envelope]) || envelope;
}

/** The name of the schema that is referred to; empty when it stands where it is used. */
function refOf(schema: JsonSchema | undefined): string {
  return schema?.$ref?.split('/').at(-1) ?? '';
}
