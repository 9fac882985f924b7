import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { apiTest, beatAgent } from '../harness.ts';
import { bodiesOf, type Ids } from './bodies.ts';
import type { Operation, Schema } from './document.ts';
import { fullScene, type Grounds, pathIn, standingIds } from './scene.ts';
import { surveyGrounds } from './walk.ts';

/** The typed client is made of the document, so what it says of answers has to be so. */
apiTest('answers each operation as the OpenAPI document says', async (api) => {
  const agent = await beatAgent(api, 'h1', '2026-01-01T00:00:00Z');
  const grounds = await surveyGrounds(api, standingIds(agent));
  const wrong: string[] = [];
  let count = 0;
  // What only asks is asked of one scene: to make one takes as long as many requests.
  const scene = await fullScene(grounds, randomUUID());
  for (const operation of grounds.operations) {
    const { ids } = operation.method === 'GET' ? scene : await fullScene(grounds, randomUUID());
    for (const answer of await answersTo(grounds, operation, ids)) {
      count += 1;
      wrong.push(...deviations(operation.answer ?? {}, answer, `${operation.method} ${operation.path}:`));
    }
  }
  assert.ok(count >= grounds.operations.length, `only ${count} answers were seen`);
  assert.deepEqual([...new Set(wrong)], []);
});

/** What is answered to an administrator, who sees all attributes. */
async function answersTo(grounds: Grounds, operation: Operation, ids: Ids): Promise<readonly unknown[]> {
  const answers: unknown[] = [];
  for (const body of operation.body ? bodiesOf(operation.body, { ids }) : [undefined]) {
    const { status, json } = await grounds.api.call(operation.method, pathIn(operation, ids), { body });
    if (status < 300) answers.push(json);
  }
  return answers;
}

/** The places where a value is not of its schema. */
function deviations(schema: Schema, value: unknown, place: string): readonly string[] {
  const { type, enum: values, anyOf, items, properties } = schema;
  if (values) return values.includes(value) ? [] : [`${place} is ${JSON.stringify(value)}`];
  if (type === undefined && anyOf) {
    const each = anyOf.map((alternative) => deviations(alternative, value, place));
    return each.find((none) => none.length === 0) ?? each.flat();
  }
  if (type !== undefined && ![type].flat().includes(typeOf(value))) return [`${place} is ${JSON.stringify(value)}`];
  if (items && Array.isArray(value)) return value.flatMap((item) => deviations(items, item, `${place}[]`));
  return properties && typeOf(value) === 'object' ? deviationsInside(schema, properties, value as object, place) : [];
}

function deviationsInside(
  { required = [], additionalProperties = true }: Schema,
  properties: Readonly<Record<string, Schema>>,
  value: object,
  place: string,
): readonly string[] {
  const missing = required.filter((name) => !(name in value)).map((name) => `${place} has no ${name}`);
  const unknown = Object.keys(value).filter((name) => !additionalProperties && !(name in properties));
  const wrong = Object.entries(value).flatMap(([name, each]) =>
    deviations(properties[name] ?? {}, each, `${place} ${name}`),
  );
  return [...missing, ...unknown.map((name) => `${place} has ${name}`), ...wrong];
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}
