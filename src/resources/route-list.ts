import { attributeTypes } from '../kit/index.ts';
import { routeText } from './route.ts';

const { address, list, object, prefix } = attributeTypes;

/** `[{"destination": "2001:db8:1::/48", "nexthop": "2001:db8::1"}]`, none twice (neutron-lib `type:hostroutes`). */
export const routeList = list(object({ destination: prefix, nexthop: address }), routeText);
