import type { Extension } from './extension.ts';

/** neutron-lib api/definitions/filter_validation.py */
export const filterValidation: Extension = {
  alias: 'filter-validation',
  name: 'Filter parameters validation',
  description: 'Provides validation on filter parameters.',
  updated: '2018-03-21T10:00:00-00:00',
};
