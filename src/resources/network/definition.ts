import type { Definition } from '../attribute.ts';
import { boolean, text } from '../attribute-types.ts';
import { identityAttributes } from '../identity.ts';
import type { Network } from './network.ts';

/** What rules get to decide about a network. */
export interface NetworkInput {
  readonly name: string;
  readonly description: string;
  readonly adminStateUp: boolean;
  readonly shared: boolean;
  /** Undefined: the largest that the underlay carries. */
  readonly mtuBytes: number | undefined;
  readonly portSecurityEnabled: boolean;
}

/** neutron-lib api/definitions/network.py */
export const networkDefinition: Definition<Network, NetworkInput> = {
  name: 'network',
  collection: 'networks',
  attributes: [
    ...identityAttributes<Network>(),
    {
      name: 'name',
      access: 'create-and-update',
      field: 'name',
      type: text(255),
      default: { value: '' },
      column: 'name',
      read: ({ name }) => name,
    },
    {
      name: 'admin_state_up',
      access: 'create-and-update',
      field: 'adminStateUp',
      type: boolean,
      default: { value: true },
      column: 'admin_state_up',
      read: ({ adminStateUp }) => adminStateUp,
    },
    {
      name: 'shared',
      access: 'create-and-update',
      field: 'shared',
      type: boolean,
      default: { value: false },
      writableBy: 'admin',
      column: 'shared',
      read: ({ shared }) => shared,
    },
    {
      name: 'status',
      access: 'read-only',
      schema: { enum: ['ACTIVE', 'DOWN', 'BUILD', 'ERROR'] },
      column: 'status',
      read: ({ status }) => status,
    },
    {
      name: 'subnets',
      access: 'read-only',
      schema: { type: 'array', items: { type: 'string', format: 'uuid' } },
      read: ({ id }, { related }) => related.get(id) ?? [],
    },
  ],
};
