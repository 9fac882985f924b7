import {
  changeable,
  declare,
  type EntityOf,
  fieldTypes,
  fixed,
  type InputOf,
  type Predicate,
  readOnly,
  type Table,
} from '../../kit/index.ts';
import type { PortId, TrunkId } from '../ids.ts';
import { trunkPortInUse } from './refusals.ts';
import { subPortList, subPortRequests } from './sub-port.ts';

const { boolean, text, uuid, word } = fieldTypes;

const fields = {
  name: changeable(text(255), { default: '' }),
  adminStateUp: changeable(boolean, { default: true }),
  /** The parent: what the guest has. Packets of its own network have no tag. */
  portId: fixed(uuid<PortId>('port')),
  subPorts: fixed(subPortList, { given: subPortRequests, default: [], isUnfiltered: true }),
  /** DOWN: nothing forwards the packets of sub-ports so far, as the first hop drops what has a VLAN tag. */
  status: readOnly(word('ACTIVE', 'DOWN', 'BUILD', 'DEGRADED', 'ERROR')),
};

/** A port by which a guest is on several networks, told apart by VLAN tags (neutron-lib api/definitions/trunk.py). */
export type Trunk = EntityOf<typeof fields, TrunkId>;

/** A request about a trunk, as rules take it. */
export type TrunkInput = InputOf<typeof fields>;

/** Scope of the claims on ports: each is in one trunk at most, as its parent or as a sub-port. */
const portsScope = 'trunk-port';

const declared = declare<typeof fields, TrunkId>({ name: 'trunk', collection: 'trunks' }, fields);

/** How trunks look in the API. */
export const trunkDefinition = declared.definition;

/** How trunks are stored. Each claims its ports. */
export const trunkTable: Table<Trunk> = {
  ...declared.table,
  claims: ({ portId, subPorts }) =>
    [portId, ...subPorts.map((subPort) => subPort.portId)].map((value) => ({ scope: portsScope, value })),
  taken: ({ scope, value }) => (scope === portsScope ? trunkPortInUse({ portId: value }) : undefined),
};

/** The trunks that have one of these ports. */
export function trunksOf(portIds: readonly string[]): Predicate {
  return { kind: 'claims', scope: portsScope, values: portIds };
}
