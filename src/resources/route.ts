import { type Address, formatAddress, formatPrefix, type Prefix } from '../ip/index.ts';
import { attributeTypes, jsonText, type KeptType, storedAddress, storedPrefix } from '../kit/index.ts';

const { address, list, object, prefix } = attributeTypes;

/** A static route: of a router, or announced to the guests of a subnet. */
export interface Route {
  readonly destination: Prefix;
  readonly nexthop: Address;
}

/** A route as a client writes it. */
function showRoute({ destination, nexthop }: Route): { destination: string; nexthop: string } {
  return { destination: formatPrefix(destination), nexthop: formatAddress(nexthop) };
}

/** A route in a message. */
export function routeText({ destination, nexthop }: Route): string {
  return `${formatPrefix(destination)} via ${formatAddress(nexthop)}`;
}

/** `[{"destination": "2001:db8:1::/48", "nexthop": "2001:db8::1"}]`, none twice (neutron-lib `type:hostroutes`). */
export const routeList = list(object({ destination: prefix, nexthop: address }), routeText);

/** Rows hold `[["<destination>","<next hop>"],...]`. */
export const keptRoutes: KeptType<readonly Route[]> = {
  schema: attributeTypes.shownSchema(routeList),
  show: (routes) => routes.map(showRoute),
  column: { kind: 'text' },
  toColumn: (routes) =>
    jsonText(routes.map(({ destination, nexthop }) => [formatPrefix(destination), formatAddress(nexthop)])),
  fromColumn(value) {
    const kept = JSON.parse(String(value)) as readonly (readonly [string, string])[];
    return kept.map(([destination, nexthop]) => ({
      destination: storedPrefix(destination),
      nexthop: storedAddress(nexthop),
    }));
  },
};
