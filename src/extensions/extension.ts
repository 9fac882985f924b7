import type { AnyAttribute, AnyResource, Attribute, Resource, Stored } from '../kit/index.ts';

/** Attributes that an extension adds, and to which resources. */
export interface Addition {
  isFor(resource: AnyResource): boolean;
  readonly attributes: readonly AnyAttribute[];
}

/** One entry of `/v2.0/extensions`, and what it adds. */
export interface Extension {
  readonly alias: string;
  readonly name: string;
  readonly description: string;
  /** ISO 8601; neutron-lib's `UPDATED_TIMESTAMP` of the definition of that alias. */
  readonly updated: string;
  readonly adds?: readonly Addition[];
}

/** Adds attributes to one resource. */
export function attributesOf<Entity extends Stored, Input>(
  { table }: Resource<Entity, Input>,
  attributes: readonly Attribute<Entity, Input>[],
): Addition {
  // The attributes were checked against the resource's types; who serves them knows the entity as a stored one only.
  return {
    isFor: (resource) => resource.table === table,
    attributes: attributes as unknown as readonly AnyAttribute[],
  };
}
