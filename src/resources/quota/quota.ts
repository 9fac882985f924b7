import {
  type AnyResource,
  type Definition,
  declareOwned,
  fieldTypes,
  identityAttributes,
  type Json,
  type KeptType,
  type OwnedOf,
  type ProjectId,
  type ResourceSettings,
  readOnly,
  type Table,
} from '../../kit/index.ts';
import type { QuotaId } from '../ids.ts';

type Limits = Readonly<Record<string, number>>;

const limits: KeptType<Limits> = {
  schema: { type: 'object' },
  show: (value) => value,
  column: { kind: 'text' },
  toColumn: (value) => JSON.stringify(value),
  fromColumn: (value) => JSON.parse(String(value)) as Limits,
};

const fields = {
  /** By the name of what they limit; -1: no limit. Where the operator's setting holds, none. */
  limits: readOnly(limits, { isHidden: true }),
};

/** How much of everything a project may have. Its id is the project's; revision 0: the project has no limits of its own. */
export type Quota = OwnedOf<typeof fields, QuotaId>;

/** Limits by name, and how they are set. */
export type QuotaInput = Readonly<Record<string, number | boolean>>;

const names = { name: 'quota', collection: 'quotas' } as const;

/** The limits of projects that have some of their own. */
export const quotaTable: Table<Quota> = declareOwned<typeof fields, QuotaId>(names, fields).table;

/** A project without limits of its own. */
export function unlimited(id: string): Quota {
  return { id: id as QuotaId, projectId: id as ProjectId, revision: 0, limits: {} };
}

/** The most that a project may have of what is counted under a name. Undefined: as many as it likes. */
export function limitOf(quota: Quota | undefined, name: string, { quotas }: ResourceSettings): number | undefined {
  const limit = quota?.limits[name] ?? quotas.find(({ resource }) => resource === name)?.limit ?? -1;
  return limit < 0 ? undefined : limit;
}

/** As clients see it. */
export function shownLimit(quota: Quota | undefined, name: string, settings: ResourceSettings): number {
  return limitOf(quota, name, settings) ?? -1;
}

/** neutron-lib constants.py DB_INTEGER_MAX_VALUE */
const limitType = fieldTypes.integer(-1, 2 ** 31 - 1);

/** The tables of which quotas limit the rows, by the names of the limits. */
export function countedTables(resources: readonly Pick<AnyResource, 'table'>[]): ReadonlyMap<string, Table> {
  return new Map(resources.flatMap(({ table }) => (table.counted === undefined ? [] : [[table.counted, table]])));
}

/** An attribute for each limit (neutron extensions/quotasv2.py). */
export function quotaDefinition(counted: Iterable<string>): Definition<Quota, QuotaInput> {
  return {
    ...names,
    isId: (text) => /^[^\0]{1,255}$/.test(text),
    attributes: [
      ...identityAttributes<Quota>().filter(({ name }) => name !== 'id'),
      ...[...counted].map(limitAttribute),
      ...['check_limit', 'force'].map(howAttribute),
    ],
  };
}

function limitAttribute(name: string) {
  return {
    name,
    access: 'update' as const,
    field: name,
    type: limitType,
    default: { value: -1 },
    read: (quota: Quota, { settings }: { readonly settings: ResourceSettings }): Json =>
      shownLimit(quota, name, settings),
  };
}

/** `check_limit`: not below what the project has by now (neutron-lib api/definitions/quota_check_limit.py). */
function howAttribute(name: string) {
  return { name, access: 'update' as const, field: name, type: fieldTypes.boolean, default: { value: false } };
}
