import type { Extension } from './extension.ts';

/** neutron-lib api/definitions/agent.py */
export const agent: Extension = {
  alias: 'agent',
  name: 'agent',
  description: 'The agent management extension.',
  updated: '2013-02-03T10:00:00-00:00',
};
