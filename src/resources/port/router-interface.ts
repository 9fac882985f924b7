import type { Mac } from '../../ip/index.ts';
import type { NetworkId, PortId, RouterId } from '../ids.ts';
import type { FixedIp } from './fixed-ip.ts';
import { isRouterPort } from './owner.ts';
import type { Port } from './port.ts';

/**
 * One router port seen from its router. `portId` is the port's; several IPv6 subnets of one network share one port,
 * an IPv4 subnet has its own.
 */
export interface RouterInterface {
  readonly routerId: RouterId;
  readonly portId: PortId;
  readonly networkId: NetworkId;
  readonly macAddress: Mac;
  readonly fixedIps: readonly FixedIp[];
}

/** The router interface a port is, or undefined when it belongs to no router. */
export function asRouterInterface(port: Port): RouterInterface | undefined {
  if (!isRouterPort(port) || port.deviceId === '') return undefined;
  const { id, networkId, macAddress, fixedIps } = port;
  return { routerId: port.deviceId as RouterId, portId: id, networkId, macAddress, fixedIps };
}
