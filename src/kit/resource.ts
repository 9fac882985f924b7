import type { Result } from '../base/index.ts';
import type { Attribute, Definition, Json, Schema } from './attribute.ts';
import type { Change } from './change.ts';
import type { Decision, RuleContext } from './decision.ts';
import type { ExtensionInfo } from './extension-info.ts';
import type { Key } from './key.ts';
import type { Predicate, Reader } from './reader.ts';
import type { Problem } from './refusal.ts';
import type { Policy } from './requirement.ts';
import type { ProjectId } from './standard.ts';
import type { Stored, Table } from './table.ts';

/** One kind of thing that the API serves: its definition, and its rules with the reading of their worlds. */
export interface Resource<Entity extends Stored, Input> {
  readonly table: Table<Entity>;
  readonly definition: Definition<Entity, Input>;
  /** How `/v2.0/extensions` describes it and its aspects, unless that belongs to an extension of several resources. */
  readonly extensions?: readonly ExtensionInfo[];
  /** The callers that may use each verb, as in Neutron's default policy (neutron conf/policies). */
  readonly policy: Policy;
  /** The entities that a project sees, unless its caller is an administrator. */
  visibleTo(projectId: ProjectId): Predicate;
  /** The thing of an id that no visible row has, where each id has one: any project has quotas. Default: there is none. */
  absent?(id: string): Entity;
  create?(input: Input, reader: ScopedReader, context: RuleContext): Promise<Result<Decision<Entity>, Problem>>;
  update?(
    entity: Entity,
    input: Partial<Input>,
    reader: ScopedReader,
    context: RuleContext,
  ): Promise<Result<Decision<Entity>, Problem>>;
  remove?(entity: Entity, reader: ScopedReader, context: RuleContext): Promise<Result<Decision<Entity>, Problem>>;
  /**
   * Most that one request may create, where creating one also changes what exists: these changes are seen at once, so all
   * are one unit, for which others wait. Undefined: `ResourceSettings.maxBulkItems`, written in parts.
   */
  readonly maxBulkItems?: number;
  /** The resource whose things are shown inside of their parents of this kind, by its definition's name, under its collection's. */
  readonly embeds?: string;
  /** The most that a list reads and shows in one go, between which other requests get their turn. Default 100. */
  readonly listPage?: number;
  /** Refuses the items of one bulk request that contradict each other. */
  checkBulk?(inputs: readonly Input[], owners: readonly ProjectId[]): Problem | undefined;
  readonly prerequisite?: Prerequisite;
  /** `PUT /<collection>/<id>/<action>`, or GET. */
  readonly actions?: Readonly<Record<string, Action<Entity>>>;
}

/** A resource of any kind, its input being a record of the fields that its attributes fill. */
export type AnyResource = Resource<Stored, Readonly<Record<string, unknown>>>;

/** An attribute of any resource. */
export type AnyAttribute = Attribute<Stored, Readonly<Record<string, unknown>>>;

/** Things that a project must have before some of its requests are served: the first such request makes them. */
export interface Prerequisite {
  readonly before: readonly ('list' | 'create')[];
  /** The changes that make what is missing; undefined when the project has it all. */
  missing(reader: Reader, context: RuleContext): Promise<Pick<Decision<Stored>, 'changes' | 'dirty'> | undefined>;
}

/** A change of an entity that is more than new values for its attributes. */
export interface Action<Entity extends Stored> {
  /** `GET`: it asks, takes no body and changes nothing. Default: `PUT`. */
  readonly method?: 'GET';
  /** The rule of its policy. Default: its own name. */
  readonly rule?: string;
  /** The schema of the body that it takes. */
  readonly schema: Schema;
  /** The form of an answer of its own. Default: it answers with the entity as it is always shown. */
  readonly answer?: Schema;
  /** Whether it answers with the entity in no envelope. */
  readonly isBare?: true;
  run(
    entity: Entity,
    body: unknown,
    reader: ScopedReader,
    context: RuleContext,
  ): Promise<Result<ActionOutcome | Decision<Entity>, Problem>>;
}

/** Of an action with an answer of its own. A decision is answered by the entity as it is always shown. */
export interface ActionOutcome {
  readonly changes: readonly Change[];
  readonly dirty: readonly Key[];
  readonly answer: Json;
}

/**
 * A reader of what the caller may see: for it, nothing else exists. A rule that must know more, such as whether anybody
 * uses a thing, says `unscoped`, and why.
 */
export interface ScopedReader extends Reader {
  readonly unscoped: Reader;
}
