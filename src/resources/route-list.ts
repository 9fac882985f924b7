import { address, list, object, prefix } from './attribute-types.ts';
import { routeText } from './route.ts';

/** `[{"destination": "2001:db8:1::/48", "nexthop": "2001:db8::1"}]`, none twice (neutron-lib `type:hostroutes`). */
export const routeList = list(object({ destination: prefix, nexthop: address }), routeText);
