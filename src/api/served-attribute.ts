import type { Attribute } from '../resources/index.ts';

/** An attribute as the API needs it. The type of its input was checked where it is defined, and is left out here. */
export type ServedAttribute<Entity> = Attribute<Entity, Readonly<Record<string, unknown>>>;
