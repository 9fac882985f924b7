import type { Kind } from './kind.ts';
import { addressGroupKind } from './kinds/address-group.ts';
import { filteredPortsKind } from './kinds/filtered-ports.ts';
import { networkKind } from './kinds/network.ts';
import { pairedAddressKind } from './kinds/paired-address.ts';
import { portKind } from './kinds/port.ts';
import { networkPortsKind, qosPolicyPortsKind } from './kinds/port-parts.ts';
import { routerKind } from './kinds/router.ts';
import { securityGroupKind } from './kinds/security-group.ts';
import { securityGroupAddressesKind } from './kinds/security-group-addresses.ts';
import type { NbTable } from './schema.ts';
import { acl } from './tables/acl.ts';
import { addressSet } from './tables/address-set.ts';
import { logicalRouter } from './tables/logical-router.ts';
import { logicalRouterPort } from './tables/logical-router-port.ts';
import { logicalRouterStaticRoute } from './tables/logical-router-static-route.ts';
import { logicalSwitch } from './tables/logical-switch.ts';
import { logicalSwitchPort } from './tables/logical-switch-port.ts';
import { portGroup } from './tables/port-group.ts';
import { qos } from './tables/qos.ts';
import type { Translation } from './translation.ts';

/** THE list of the kinds of objects that become rows: a full scan marks them in this order, parents before children. */
export const kinds: readonly Kind[] = [
  networkKind,
  routerKind,
  filteredPortsKind,
  securityGroupAddressesKind,
  addressGroupKind,
  securityGroupKind,
  pairedAddressKind,
  portKind,
  qosPolicyPortsKind,
  networkPortsKind,
];

/** THE list of what Sextant writes into NB, one file per table, parents before children. */
export const translations: readonly Translation[] = [
  plain(logicalSwitch),
  plain(logicalRouter),
  plain(addressSet),
  plain(portGroup),
  plain(acl),
  plain(logicalSwitchPort),
  plain(qos),
  plain(logicalRouterPort),
  plain(logicalRouterStaticRoute),
];

/** The types of a table's rows agree inside of one file: the plan of many tables need not know them. */
function plain<T extends NbTable>(translation: Translation<T>): Translation {
  return translation as unknown as Translation;
}
