import type { ProjectId } from '../kit/index.ts';

/** The user behind a request: a project and its roles. */
export interface Caller {
  /** Empty for a caller without a project, such as an administrator by `noauth`. */
  readonly projectId: ProjectId;
  readonly roles: readonly string[];
  readonly isAdmin: boolean;
}
