import type { ProjectId } from '../resources/index.ts';

/** Who asks. */
export interface Caller {
  /** Empty for a caller without a project, such as an administrator by `noauth`. */
  readonly projectId: ProjectId;
  readonly roles: readonly string[];
  readonly isAdmin: boolean;
}
