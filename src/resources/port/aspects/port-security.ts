import { ok } from '../../../base/index.ts';
import { type Aspect, attributeTypes, changeable, fieldTypes } from '../../../kit/index.ts';
import type { NetworkId, PortId } from '../../ids.ts';
import { openScope } from '../claims.ts';
import { isTrusted } from '../owner.ts';
import type { NetworkWorld } from './basics.ts';

const { boolean, orAbsent } = attributeTypes;

const fields = {
  /** False: no anti-spoofing at the first hop, and no security groups. A request that does not say it leaves it to the network. */
  portSecurityEnabled: changeable(fieldTypes.boolean, {
    given: orAbsent(boolean),
    default: undefined,
    writableBy: 'parent-owner',
  }),
};

interface Draft {
  readonly id: PortId;
  readonly networkId: NetworkId;
  readonly deviceOwner: string;
}

type Secured = Draft & { readonly portSecurityEnabled: boolean };

/** neutron-lib api/definitions/port_security.py */
export const portSecurity: Aspect<typeof fields, Draft, NetworkWorld> = {
  fields,
  decide({ before, input }, { network }) {
    const asBefore = before?.portSecurityEnabled ?? network?.portSecurityEnabled ?? true;
    return ok({ portSecurityEnabled: input.portSecurityEnabled ?? asBefore });
  },
  claims: (port) => (isOpen(port) ? [{ scope: openScope(port.networkId), value: port.id }] : []),
  dirty(before, after) {
    const networkId = (before ?? after)?.networkId;
    const changes = isOpen(before) !== isOpen(after);
    return changes && networkId ? [{ kind: 'network', id: networkId }] : [];
  },
};

/** The hosts of a network are told whether a guest on it may have any address. */
function isOpen(port: Secured | undefined): boolean {
  return port?.portSecurityEnabled === false && !isTrusted(port);
}
