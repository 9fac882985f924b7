import { ok } from '../../base/index.ts';
import type { Action, AnyResource, Json, Resource, Schema, ScopedReader, Table } from '../../kit/index.ts';
import {
  countedTables,
  type Quota,
  type QuotaInput,
  quotaDefinition,
  quotaTable,
  shownLimit,
  unlimited,
} from './quota.ts';
import { decideDelete, decideUpdate, newLimits, type Usage } from './rules.ts';

/**
 * Serves `/v2.0/quotas` for all that is counted of these resources. Every project has limits; lists have those that are its own.
 * What they limit is checked where changes are applied: see `checkQuota`.
 */
export function quotaResource(resources: readonly AnyResource[]): Resource<Quota, QuotaInput> {
  const counted = countedTables(resources);
  const definition = quotaDefinition(counted.keys());
  return {
    table: quotaTable,
    definition,
    extensions,
    policy: { get: 'project', list: 'admin', update: 'admin', delete: 'admin', default: 'project', details: 'project' },
    visibleTo: (projectId) => ({ kind: 'in', column: 'project_id', values: [projectId] }),
    absent: unlimited,
    async update(quota, input, { unscoped }) {
      const named = input.check_limit === true ? Object.keys(newLimits(input)) : [];
      return decideUpdate(quota, input, await readUsage(unscoped, quota, counted, named));
    },
    remove: async (quota) => decideDelete(quota),
    actions: { default: defaultAction([...counted.keys()]), details: detailsAction(counted) },
  };
}

const extensions = [
  {
    alias: 'quotas',
    name: 'Quota management support',
    description: 'Expose functions for quotas management per project',
    updated: '2012-07-29T10:00:00-00:00',
  },
  {
    alias: 'quota_details',
    name: 'Quota details management support',
    description: 'Expose functions for quotas usage statistics per project',
    updated: '2017-02-10T10:00:00-00:00',
  },
  {
    alias: 'quota-check-limit',
    name: 'Quota engine limit check',
    description: 'Support for checking the resource usage before applying a new quota limit',
    updated: '2021-09-08T16:00:00-00:00',
  },
];

/** `GET /v2.0/quotas/<project>/default`: the limits of a project that has none of its own. */
function defaultAction(names: readonly string[]): Action<Quota> {
  return {
    method: 'GET',
    rule: 'get_quota',
    schema: {},
    answer: answerOf(names, { type: 'integer' }),
    async run({ projectId }, _body, _reader, { settings }) {
      const limits = names.map((name) => [name, shownLimit(undefined, name, settings)]);
      const quota = { tenant_id: projectId, project_id: projectId, ...Object.fromEntries(limits) };
      return ok({ changes: [], dirty: [], answer: { quota } });
    },
  };
}

/** `GET /v2.0/quotas/<project>/details`: with what the project has. Nothing is reserved here: units run one at a time. */
function detailsAction(counted: ReadonlyMap<string, Table>): Action<Quota> {
  const names = [...counted.keys()];
  const number = { type: 'integer' };
  const detail = { type: 'object', properties: { used: number, limit: number, reserved: number } };
  return {
    method: 'GET',
    rule: 'get_quota',
    schema: {},
    answer: answerOf(names, detail),
    async run(quota, _body, { unscoped }, { settings }) {
      const usage = await readUsage(unscoped, quota, counted, names);
      const details = names.map((name): readonly [string, Json] => {
        const limit = shownLimit(quota, name, settings);
        return [name, { used: usage.get(name) ?? 0, limit, reserved: 0 }];
      });
      return ok({ changes: [], dirty: [], answer: { quota: Object.fromEntries(details) } });
    },
  };
}

function answerOf(names: readonly string[], each: Schema): Schema {
  const quota = { type: 'object', properties: Object.fromEntries(names.map((name) => [name, each])) };
  return { type: 'object', required: ['quota'], properties: { quota } };
}

async function readUsage(
  reader: ScopedReader['unscoped'],
  { projectId }: Quota,
  counted: ReadonlyMap<string, Table>,
  names: readonly string[],
): Promise<Usage> {
  const usage = new Map<string, number>();
  for (const name of names) {
    const table = counted.get(name);
    if (table) usage.set(name, await reader.tally(table, projectId));
  }
  return usage;
}
