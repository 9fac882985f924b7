/**
 * The types and functions that resources are built from: tables, rows, changes and readers. It names no noun of the
 * Networking API (network, port, ...), so whoever adds a resource changes nothing here.
 */
export { type Asked, type Aspect, askedFor, type Composed, compose, type Drafted } from './aspect.ts';
export {
  type Attribute,
  type AttributeType,
  type Definition,
  type Filter,
  type Json,
  type ReadOnlyAttribute,
  type Related,
  type Schema,
  shownFrom,
  type View,
  type Viewer,
  type WritableAttribute,
} from './attribute.ts';
export * as attributeTypes from './attribute-types.ts';
export { filterByBoolean } from './boolean-filter.ts';
export { type Change, deleteRow, deleteRows, insertRow, updateRow } from './change.ts';
export type { Decision, RuleContext } from './decision.ts';
export {
  changeable,
  changeableLater,
  completed,
  declare,
  declareOwned,
  declarePart,
  type EntityOf,
  fixed,
  type GivenOf,
  type InputOf,
  type OwnedInputOf,
  type OwnedOf,
  type PartOf,
  readOnly,
  type ValuesOf,
} from './declare.ts';
export type { ExtensionInfo } from './extension-info.ts';
export type { FieldType, KeptType } from './field-types.ts';
export * as fieldTypes from './field-types.ts';
export type { FixedCollection, FixedThing } from './fixed-collection.ts';
export { type ClaimableValues, findFreeValues } from './free-values.ts';
export { identityAttributes } from './identity-attributes.ts';
export type { Key } from './key.ts';
export { idPages, listById } from './list-by-id.ts';
export { created, removed, updated } from './plain-decisions.ts';
export type { Predicate, Query, Reader, SortKey, Writer } from './reader.ts';
export { type Problem, refusal } from './refusal.ts';
export {
  badRequest,
  forbidden,
  inUse,
  invalidAttribute,
  invalidInput,
  notFound,
  revisionMismatch,
  unauthenticated,
  unavailable,
} from './refusals.ts';
export type { Policy, Requirement } from './requirement.ts';
export type {
  Action,
  ActionOutcome,
  AnyAttribute,
  AnyResource,
  Prerequisite,
  Resource,
  ScopedReader,
} from './resource.ts';
export {
  addressClaimValue,
  addressOfClaimValue,
  flag,
  fromFlag,
  integer,
  jsonList,
  jsonObject,
  jsonText,
  optionalText,
  type Row,
  storedAddress,
  storedPrefix,
  text,
} from './row.ts';
export type { ResourceSettings } from './settings.ts';
export { showValue } from './show-value.ts';
export { firstRevision, nextRevision, type Owned, type ProjectId, type Standard } from './standard.ts';
export type { Claim, Column, DeclaredAddress, SqlValue, Stored, Table } from './table.ts';
export { templateOf } from './template.ts';
