import { err, ok } from '../../../base/index.ts';
import { type Aspect, askedFor, changeable, fieldTypes, fixed, notFound, readOnly } from '../../../kit/index.ts';
import type { NetworkId } from '../../ids.ts';
import { type Network, networkTable } from '../../network/network.ts';

const { boolean, text, uuid, word } = fieldTypes;

const fields = {
  networkId: fixed(uuid<NetworkId>('network'), { isParent: true }),
  name: changeable(text(255), { default: '' }),
  adminStateUp: changeable(boolean, { default: true }),
  /** ACTIVE: OVN has it up and the agent has wired it. Written by the status loop, never by a client. */
  status: readOnly(word('ACTIVE', 'DOWN', 'BUILD', 'ERROR')),
};

/** The network that a port is, or is to be, on; undefined when the caller cannot see it. */
export interface NetworkWorld {
  /** The port's. */
  readonly network: Network | undefined;
}

/** neutron-lib api/definitions/port.py: the network that a port is on, its name and state. */
export const basics: Aspect<typeof fields, object, NetworkWorld> = {
  fields,
  async read({ before, input }, reader) {
    // An administrator may have made the port on a network that its owner does not see.
    if (before) return { network: await reader.unscoped.find(networkTable, before.networkId) };
    return { network: await reader.find(networkTable, input.networkId ?? '') };
  },
  decide(asked, { network }) {
    const networkId = askedFor(asked, 'networkId');
    if (!network) return err(notFound({ resource: 'network', id: networkId }));
    const { before } = asked;
    return ok({
      networkId,
      name: askedFor(asked, 'name'),
      adminStateUp: askedFor(asked, 'adminStateUp'),
      status: before?.status ?? 'DOWN',
    });
  },
};
