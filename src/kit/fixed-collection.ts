import type { Result } from '../base/index.ts';
import type { Json, Schema } from './attribute.ts';
import type { ExtensionInfo } from './extension-info.ts';
import type { Problem } from './refusal.ts';
import type { Requirement } from './requirement.ts';

/** A thing that this program knows by itself, as the API shows it. */
export type FixedThing = Readonly<Record<string, Json>>;

/** Things that follow from this program alone, such as the types of QoS rules: they are in no store, and never change. */
export interface FixedCollection {
  /** `rule_type`: the key of one, and the stem of its policy's rules. */
  readonly name: string;
  readonly collection: string;
  /** Below `/v2.0/`. */
  readonly path: string;
  readonly extensions: readonly ExtensionInfo[];
  /** The attribute by which one is named in its path. */
  readonly idName: string;
  /** Of the attributes. */
  readonly schema: Readonly<Record<string, Schema>>;
  /** The callers that may list them, and see one. */
  readonly policy: { readonly list: Requirement; readonly get: Requirement };
  /** Of lists: the names in query strings. */
  readonly filters: readonly string[];
  list(filters: ReadonlyMap<string, readonly string[]>): Result<readonly FixedThing[], Problem>;
  find(id: string): FixedThing | undefined;
}
