import type { Attribute } from '../resources/index.ts';

/** An attribute as the API needs it: its input's type is checked where it is defined, and no more of interest here. */
export type ServedAttribute<Entity> = Attribute<Entity, Readonly<Record<string, unknown>>>;
