import { invalidAttribute, type Problem, refusal } from '../../kit/index.ts';

/** neutron-lib exceptions OverQuota: the project would have more than it may. */
export const overQuota = refusal<{ readonly names: readonly string[] }>('over-quota', {
  status: 409,
  type: 'OverQuota',
  message: ({ names }) =>
    `Quota exceeded for resources: [${names
      .toSorted()
      .map((name) => `'${name}'`)
      .join(', ')}].`,
});

/** neutron-lib exceptions TenantQuotaNotFound */
export const noQuota = refusal<{ readonly projectId: string }>('no-quota', {
  status: 404,
  type: 'TenantQuotaNotFound',
  message: ({ projectId }) => `Quota for tenant ${projectId} could not be found.`,
});

/** neutron extensions/quotasv2.py `update`, when it is asked to check. */
export function belowUsage(limit: number, name: string, used: number): Problem {
  return invalidAttribute(`Quota limit ${limit} for ${name} must be greater than or equal to already used ${used}`);
}
