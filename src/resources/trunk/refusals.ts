import { refusal } from '../../kit/index.ts';

/* Names of exceptions and messages: neutron services/trunk/exceptions.py, neutron-lib exceptions/__init__.py */

interface AboutPort {
  readonly portId: string;
}

interface AboutTrunk {
  readonly trunkId: string;
}

/** Given for a port that is a sub-port already. */
export const trunkPortInUse = refusal<AboutPort>('trunk-port-in-use', {
  status: 409,
  type: 'TrunkPortInUse',
  message: ({ portId }) => `Port ${portId} is in use by another trunk.`,
});

/** Given for a port that is a parent already, also of the same trunk. */
export const parentPortInUse = refusal<AboutPort>('parent-port-in-use', {
  status: 409,
  type: 'ParentPortInUse',
  message: ({ portId }) => `Port ${portId} is currently in use and is not eligible for use as a parent port.`,
});

/** Given when a port that a device has is to be a sub-port. */
export const portHasDevice = refusal<AboutPort & { readonly networkId: string; readonly deviceId: string }>(
  'port-has-device',
  {
    status: 409,
    type: 'PortInUse',
    message: ({ portId, networkId, deviceId }) =>
      `Unable to complete operation on port ${portId} for network ${networkId}. Port already has an attached device ${deviceId}.`,
  },
);

/** Given when another sub-port of the trunk has the tag. */
export const duplicateSubPort = refusal<AboutTrunk & { readonly segmentationId: number }>('duplicate-sub-port', {
  status: 409,
  type: 'DuplicateSubPort',
  message: ({ trunkId, segmentationId }) =>
    `segmentation_type vlan and segmentation_id ${segmentationId} already in use on trunk ${trunkId}.`,
});

/** Given when a port that is to be removed is no sub-port of the trunk. */
export const subPortNotFound = refusal<AboutTrunk & AboutPort>('sub-port-not-found', {
  status: 404,
  type: 'SubPortNotFound',
  message: ({ trunkId, portId }) => `SubPort ${portId} on trunk ${trunkId} could not be found.`,
});

/** Given when the packets of a sub-port would not fit on the parent's network. */
export const subPortTooWide = refusal<
  AboutPort & { readonly trunkId: string; readonly mtu: number; readonly trunkMtu: number }
>('sub-port-mtu', {
  status: 409,
  type: 'SubPortMtuGreaterThanTrunkPortMtu',
  message: ({ portId, mtu, trunkId, trunkMtu }) =>
    `MTU ${mtu} of subport ${portId} cannot be greater than MTU ${trunkMtu} of trunk ${trunkId}.`,
});

/** Given when a trunk that is switched off is to be changed or deleted. */
export const trunkDisabled = refusal<AboutTrunk>('trunk-disabled', {
  status: 409,
  type: 'TrunkDisabled',
  message: ({ trunkId }) => `Trunk ${trunkId} is currently disabled.`,
});

/** Given when the parent of a trunk is to be deleted. */
export const portIsParent = refusal<AboutPort & AboutTrunk>('port-is-trunk-parent', {
  status: 409,
  type: 'PortInUseAsTrunkParent',
  message: ({ portId, trunkId }) => `Port ${portId} is currently a parent port for trunk ${trunkId}.`,
});

/** Given when a sub-port of a trunk is to be deleted. */
export const portIsSubPort = refusal<AboutPort & AboutTrunk>('port-is-sub-port', {
  status: 409,
  type: 'PortInUseAsSubPort',
  message: ({ portId, trunkId }) => `Port ${portId} is currently a subport for trunk ${trunkId}.`,
});
