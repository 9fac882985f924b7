import {
  flag,
  fromFlag,
  integer,
  standardColumns,
  standardFromRow,
  standardToRow,
  type Table,
  text,
} from '../../kit/index.ts';
import type { NetworkId } from '../ids.ts';
import type { Network } from './network.ts';

/** Scope of the claims on Geneve network identifiers. */
export const segmentScope = 'geneve';

export function segmentClaimValue(segmentationId: number): string {
  return String(segmentationId).padStart(8, '0');
}

export const networkTable: Table<Network> = {
  name: 'networks',
  columns: {
    ...standardColumns,
    name: { kind: 'text' },
    admin_state_up: { kind: 'integer' },
    shared: { kind: 'integer' },
    status: { kind: 'text' },
    mtu_bytes: { kind: 'integer' },
    port_security_enabled: { kind: 'integer' },
    network_type: { kind: 'text' },
    segmentation_id: { kind: 'integer' },
  },
  toRow: (network) => ({
    ...standardToRow(network),
    name: network.name,
    admin_state_up: fromFlag(network.adminStateUp),
    shared: fromFlag(network.shared),
    status: network.status,
    mtu_bytes: network.mtuBytes,
    port_security_enabled: fromFlag(network.portSecurityEnabled),
    network_type: network.networkType,
    segmentation_id: network.segmentationId,
  }),
  fromRow: (row) => ({
    ...standardFromRow(row),
    id: text(row, 'id') as NetworkId,
    name: text(row, 'name'),
    adminStateUp: flag(row, 'admin_state_up'),
    shared: flag(row, 'shared'),
    status: text(row, 'status') as Network['status'],
    mtuBytes: integer(row, 'mtu_bytes'),
    portSecurityEnabled: flag(row, 'port_security_enabled'),
    networkType: 'geneve',
    segmentationId: integer(row, 'segmentation_id'),
  }),
  claims: (network) => [{ scope: segmentScope, value: segmentClaimValue(network.segmentationId) }],
};
