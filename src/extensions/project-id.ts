import type { Extension } from './extension.ts';

/** neutron-lib api/definitions/project_id.py */
export const projectId: Extension = {
  alias: 'project-id',
  name: 'project_id field enabled',
  description: 'Extension that indicates that project_id field is enabled.',
  updated: '2016-09-09T09:09:09-09:09',
};
