import type { AnyAttribute, AnyResource, ExtensionInfo } from '../kit/index.ts';

/** Attributes that an extension adds, and to which resources. */
export interface Addition {
  isFor(resource: AnyResource): boolean;
  readonly attributes: readonly AnyAttribute[];
}

/** An extension, and what it adds to resources. Of one that is a single resource, that resource speaks. */
export interface Extension extends ExtensionInfo {
  readonly adds?: readonly Addition[];
}
