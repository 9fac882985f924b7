import type { ProjectId, Reader } from '../../kit/index.ts';
import type { QosPolicyId } from '../ids.ts';
import { isDefaultOf, qosPolicyTable } from './qos-policy.ts';

/** The policy that new networks of a project get. */
export async function findDefaultId(reader: Reader, projectId: ProjectId): Promise<QosPolicyId | undefined> {
  const [id] = await reader.listIds(qosPolicyTable, { where: isDefaultOf(projectId) });
  return id;
}
