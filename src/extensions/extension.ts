import type { AnyAttribute, AnyResource, Attribute, ExtensionInfo, Resource, Stored } from '../kit/index.ts';

/** Attributes that an extension adds, and to which resources. */
export interface Addition {
  isFor(resource: AnyResource): boolean;
  readonly attributes: readonly AnyAttribute[];
}

/** An extension, and what it adds to resources. Of one that is a single resource, that resource speaks. */
export interface Extension extends ExtensionInfo {
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
