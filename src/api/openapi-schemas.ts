import {
  type AnyAttribute,
  type AnyResource,
  attributeTypes,
  type FixedCollection,
  type Schema,
} from '../kit/index.ts';
import type { Served } from './served.ts';

type Schemas = Readonly<Record<string, Schema>>;

/**
 * The schemas of one resource for the OpenAPI document, by name: `port` as it is shown, `port_create` and `port_update`
 * as they are taken, and the bodies and answers of its actions.
 */
export function describeSchemas({ resource, attributes, parentInPath }: Served): Schemas {
  const { name } = resource.definition;
  const { create, update, actions = {} } = resource;
  return {
    [name]: describeShown(attributes),
    ...(create && {
      [`${name}_create`]: describeAccepted(
        'create',
        attributes.filter((each) => each.name !== parentInPath),
      ),
    }),
    ...(update && { [`${name}_update`]: describeAccepted('update', attributes) }),
    ...describeActions(name, actions),
  };
}

/** The schema of a thing that is in no store. A list shows less of it. */
export function describeFixed({ schema, idName }: FixedCollection): Schema {
  return { ...objectOf(Object.entries(schema)), required: [idName] };
}

/** The name, among the document's schemas, of the body that an action takes. */
export function actionBodyName(resource: string, action: string): string {
  return `${resource}_${action}`;
}

/** Of an action with an answer of its own. */
export function actionAnswerName(resource: string, action: string): string {
  return `${resource}_${action}_answer`;
}

/** Everybody who sees the thing sees what is required here. */
function describeShown(attributes: readonly AnyAttribute[]): Schema {
  const shown = attributes.filter(({ read }) => read);
  const isForAll = ({ visibleTo }: AnyAttribute) => visibleTo !== 'admin';
  return {
    ...objectOf(shown.map((each) => [each.name, shownSchema(each)])),
    required: shown.filter(isForAll).map(({ name }) => name),
  };
}

function shownSchema(attribute: AnyAttribute): Schema {
  if (attribute.access === 'read-only') return { ...attribute.schema, readOnly: true };
  return attributeTypes.shownSchema(attribute.type);
}

function describeAccepted(operation: 'create' | 'update', attributes: readonly AnyAttribute[]): Schema {
  const accepted: [string, Schema][] = [];
  const required: string[] = [];
  for (const attribute of attributes) {
    const { name, access } = attribute;
    if (access === 'read-only') {
      // The API itself takes the project from the body, before the attributes.
      if (name === 'project_id' && operation === 'create') accepted.push([name, attribute.schema]);
    } else if (access.includes(operation)) {
      accepted.push([name, attribute.type.schema]);
      if (operation === 'create' && attribute.default === 'required') required.push(name);
    }
  }
  return { ...objectOf(accepted), required };
}

function describeActions(resource: string, actions: NonNullable<AnyResource['actions']>): Schemas {
  const described = Object.entries(actions).flatMap(([action, { schema, answer }]) => [
    [actionBodyName(resource, action), schema] as const,
    ...(answer ? [[actionAnswerName(resource, action), answer] as const] : []),
  ]);
  return Object.fromEntries(described);
}

function objectOf(properties: Iterable<readonly [string, Schema]>): Schema {
  return { type: 'object', additionalProperties: false, properties: Object.fromEntries(properties) };
}
