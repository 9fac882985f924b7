import { err, ok } from '../../../base/index.ts';
import { type Aspect, askedFor, changeable, fieldTypes } from '../../../kit/index.ts';
import { isRouterPort } from '../owner.ts';
import { deviceNotOwned, servicePort } from '../refusals.ts';

const { text } = fieldTypes;

const fields = {
  deviceId: changeable(text(255), { default: '' }),
  deviceOwner: changeable(text(255), {
    default: '',
    writableBy: 'parent-owner',
    // Ports that serve the network, such as DHCP's, are trusted there.
    restricts: (owner) => owner.startsWith('network:'),
  }),
};

/** The guest, or the service, that has the port (neutron-lib api/definitions/port.py). */
export const device: Aspect<typeof fields, { readonly id: string }, object> = {
  fields,
  decide(asked) {
    const { before } = asked;
    const [deviceId, deviceOwner] = [askedFor(asked, 'deviceId'), askedFor(asked, 'deviceOwner')];
    const isChanged = before && (deviceId !== before.deviceId || deviceOwner !== before.deviceOwner);
    if (!isChanged) return ok({ deviceId, deviceOwner });
    if (isRouterPort(before) && before.deviceId !== '')
      return err(servicePort({ portId: before.id, reason: `is an interface of router ${before.deviceId}` }));
    // A port becomes a router's by add_router_interface only: that is where the router's owner is asked.
    if (isRouterPort({ deviceOwner }) && deviceId !== '') return err(deviceNotOwned({ deviceId }));
    return ok({ deviceId, deviceOwner });
  },
};
