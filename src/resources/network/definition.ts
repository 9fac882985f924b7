import {
  adminStateUpAttribute,
  attributeTypes,
  type Definition,
  identityAttributes,
  nameAttribute,
} from '../../kit/index.ts';
import { showShared } from '../rbac-policy/sharing.ts';
import type { Network } from './network.ts';

const { boolean } = attributeTypes;

/** A request about a network, as rules take it. */
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
    nameAttribute,
    adminStateUpAttribute,
    {
      name: 'shared',
      access: 'create-and-update',
      field: 'shared',
      type: boolean,
      default: { value: false },
      writableBy: 'admin',
      column: 'shared',
      read: (network, view) => showShared(network.shared, network, view),
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
