import { type Address, formatAddress, formatPrefix, type Prefix } from '../ip/index.ts';
import { jsonList, jsonText, type Row, storedAddress, storedPrefix } from '../kit/index.ts';

/** A static route: of a router, or announced to the guests of a subnet. */
export interface Route {
  readonly destination: Prefix;
  readonly nexthop: Address;
}

/** A route as a client writes it. */
export function showRoute({ destination, nexthop }: Route): { destination: string; nexthop: string } {
  return { destination: formatPrefix(destination), nexthop: formatAddress(nexthop) };
}

/** A route in a message. */
export function routeText({ destination, nexthop }: Route): string {
  return `${formatPrefix(destination)} via ${formatAddress(nexthop)}`;
}

export function routesToText(routes: readonly Route[]): string {
  return jsonText(routes.map(({ destination, nexthop }) => [formatPrefix(destination), formatAddress(nexthop)]));
}

export function routesFromRow(row: Row, column: string): readonly Route[] {
  return jsonList<[string, string]>(row, column).map(([destination, nexthop]) => ({
    destination: storedPrefix(destination),
    nexthop: storedAddress(nexthop),
  }));
}
