import { err, ok, type Result } from '../../base/index.ts';
import { formatAddress, formatPrefix, type Mac } from '../../ip/index.ts';
import {
  type Decision,
  deleteRow,
  firstRevision,
  insertRow,
  type Key,
  nextRevision,
  notFound,
  type Problem,
  type ResourceSettings,
  type RuleContext,
  updateRow,
} from '../../kit/index.ts';
import type { PortId } from '../ids.ts';
import { isAutoAddress } from '../subnet/subnet.ts';
import { chooseFixedIps } from './addressing.ts';
import type { AddressPairRequest, PortInput } from './definition.ts';
import { type AllowedAddressPair, asRouterInterface, isRouterPort, type Port } from './port.ts';
import {
  addressPairWithoutPortSecurity,
  deviceNotOwned,
  duplicateAddressPair,
  macExhausted,
  macInUse,
  portBound,
  servicePort,
  tooManyAddressPairs,
} from './refusals.ts';
import { addressKeys, changeGroups, chooseGroups } from './security-groups.ts';
import { portTable } from './table.ts';
import type { PortCreateWorld, PortUpdateWorld } from './world.ts';

type Outcome = Result<Decision<Port>, Problem>;

export function decideCreate(input: PortInput, world: PortCreateWorld, context: RuleContext): Outcome {
  const { network, macAddress } = world;
  if (!network) return err(notFound({ resource: 'network', id: input.networkId }));
  if (!macAddress) return err(noMac(input));
  if (isRouterPort(input) && input.deviceId !== '') return err(deviceNotOwned({ deviceId: input.deviceId }));
  const portSecurityEnabled = input.portSecurityEnabled ?? network.portSecurityEnabled;
  const pairs = resolvePairs(input.allowedAddressPairs, macAddress, portSecurityEnabled, context.settings);
  if (!pairs.ok) return pairs;
  const fixedIps = chooseFixedIps(
    {
      networkId: input.networkId,
      macAddress,
      deviceOwner: input.deviceOwner,
      requests: input.fixedIps,
      current: [],
      maxFixedIps: context.settings.maxFixedIpsPerPort,
    },
    world,
  );
  if (!fixedIps.ok) return fixedIps;
  const groups = chooseGroups(
    {
      deviceOwner: input.deviceOwner,
      portSecurityEnabled,
      requested: input.securityGroupIds,
    },
    world,
  );
  if (!groups.ok) return groups;
  const port: Port = {
    ...firstRevision(context.now),
    id: context.newId() as PortId,
    projectId: context.projectId,
    networkId: input.networkId,
    name: input.name,
    description: input.description,
    tags: [],
    macAddress,
    adminStateUp: input.adminStateUp,
    status: 'DOWN',
    deviceId: input.deviceId,
    deviceOwner: input.deviceOwner,
    fixedIps: fixedIps.value,
    allowedAddressPairs: pairs.value,
    portSecurityEnabled,
    securityGroupIds: groups.value,
    binding: { hostId: input.hostId, vnicType: input.vnicType, profile: input.profile },
    ipAllocation: input.fixedIps?.length === 0 ? 'none' : 'immediate',
  };
  return ok({
    entity: port,
    changes: [insertRow(portTable, port)],
    dirty: [...portKeys(port), ...addressKeys(undefined, port)],
  });
}

function noMac({ networkId, macAddress }: PortInput): Problem {
  return macAddress ? macInUse({ networkId, macAddress }) : macExhausted({ networkId });
}

export function decideUpdate(
  port: Port,
  input: Partial<PortInput>,
  world: PortUpdateWorld,
  context: RuleContext,
): Outcome {
  const wrong = checkIdentity(port, input, world);
  if (wrong) return err(wrong);
  const macAddress = input.macAddress ?? port.macAddress;
  const portSecurityEnabled = input.portSecurityEnabled ?? port.portSecurityEnabled;
  const pairs = resolvePairs(
    input.allowedAddressPairs ?? port.allowedAddressPairs,
    macAddress,
    portSecurityEnabled,
    context.settings,
  );
  if (!pairs.ok) return pairs;
  const deviceOwner = input.deviceOwner ?? port.deviceOwner;
  const requested = input.securityGroupIds;
  const groups = changeGroups({ deviceOwner, portSecurityEnabled, requested }, port.securityGroupIds, world);
  if (!groups.ok) return groups;
  const fixedIps = readdress(port, input, macAddress, world, context);
  if (!fixedIps.ok) return fixedIps;
  const entity = nextRevision<Port>(
    {
      ...port,
      name: input.name ?? port.name,
      description: input.description ?? port.description,
      adminStateUp: input.adminStateUp ?? port.adminStateUp,
      deviceId: input.deviceId ?? port.deviceId,
      deviceOwner,
      macAddress,
      fixedIps: fixedIps.value,
      allowedAddressPairs: pairs.value,
      portSecurityEnabled,
      securityGroupIds: groups.value,
      binding: {
        hostId: input.hostId ?? port.binding.hostId,
        vnicType: input.vnicType ?? port.binding.vnicType,
        profile: input.profile ?? port.binding.profile,
      },
    },
    context.now,
  );
  return ok({
    entity,
    changes: [updateRow(portTable, entity)],
    dirty: [...portKeys(port, entity), ...addressKeys(port, entity)],
  });
}

/** A router's port is deleted by `remove_router_interface` only, which changes the router, too. */
export function decideDelete(port: Port): Outcome {
  if (isRouterPort(port) && port.deviceId !== '')
    return err(servicePort({ portId: port.id, reason: `has device owner ${port.deviceOwner}` }));
  return ok({
    entity: port,
    changes: [deleteRow(portTable, port.id)],
    dirty: [...portKeys(port), ...addressKeys(port, undefined)],
  });
}

/** Keys of the routers that these ports are interfaces of. */
export function routerKeys(ports: readonly Port[]): readonly Key[] {
  const routerIds = new Set(ports.flatMap((port) => asRouterInterface(port)?.routerId ?? []));
  return [...routerIds].map((id) => ({ kind: 'router', id }));
}

/** A router's port is advertised to the whole network. */
function portKeys(...versions: readonly [Port, ...Port[]]): readonly Key[] {
  const [{ id, networkId }] = versions;
  const isHeard = versions.some((port) => isRouterPort(port));
  return [
    { kind: 'port', id },
    ...routerKeys(versions),
    ...(isHeard ? [{ kind: 'network', id: networkId } as const] : []),
  ];
}

function checkIdentity(port: Port, input: Partial<PortInput>, world: PortUpdateWorld): Problem | undefined {
  const { macAddress, deviceId = port.deviceId, deviceOwner = port.deviceOwner } = input;
  const changesDevice = deviceId !== port.deviceId || deviceOwner !== port.deviceOwner;
  if (isRouterPort(port) && port.deviceId !== '' && changesDevice)
    return servicePort({ portId: port.id, reason: `is an interface of router ${port.deviceId}` });
  // A port becomes a router's by add_router_interface only: that is where the router's owner is asked.
  if (changesDevice && isRouterPort({ deviceOwner }) && deviceId !== '') return deviceNotOwned({ deviceId });
  if (macAddress === undefined || macAddress === port.macAddress) return undefined;
  if (port.binding.hostId !== '') return portBound({ portId: port.id });
  return world.isMacTaken ? macInUse({ networkId: port.networkId, macAddress }) : undefined;
}

/** New addresses if any were asked for, or if those that follow from the MAC must change with it. */
function readdress(
  port: Port,
  input: Partial<PortInput>,
  macAddress: Mac,
  world: PortUpdateWorld,
  context: RuleContext,
): Result<Port['fixedIps'], Problem> {
  const isSameMac = macAddress === port.macAddress;
  if (input.fixedIps === undefined && isSameMac) return ok(port.fixedIps);
  const derived = new Set<string>(world.subnets.filter(isAutoAddress).map(({ id }) => id));
  const kept = port.fixedIps.filter(({ subnetId }) => isRouterPort(port) || !derived.has(subnetId));
  return chooseFixedIps(
    {
      networkId: port.networkId,
      macAddress,
      deviceOwner: input.deviceOwner ?? port.deviceOwner,
      requests: input.fixedIps ?? kept,
      current: port.fixedIps,
      maxFixedIps: context.settings.maxFixedIpsPerPort,
    },
    world,
  );
}

/** neutron-lib api/definitions/allowedaddresspairs.py and its rules in neutron addresspair_db.py. */
function resolvePairs(
  requests: readonly AddressPairRequest[],
  macAddress: Mac,
  portSecurityEnabled: boolean,
  { maxAllowedAddressPairs }: ResourceSettings,
): Result<readonly AllowedAddressPair[], Problem> {
  if (requests.length === 0) return ok([]);
  if (!portSecurityEnabled) return err(addressPairWithoutPortSecurity());
  if (requests.length > maxAllowedAddressPairs) return err(tooManyAddressPairs({ maximum: maxAllowedAddressPairs }));
  const pairs = requests.map((pair) => ({ ipAddress: pair.ipAddress, macAddress: pair.macAddress ?? macAddress }));
  const keys = pairs.map((pair) => `${formatPrefix(pair.ipAddress)} ${pair.macAddress}`);
  const double = pairs.find((_, index) => keys.indexOf(keys[index] ?? '') !== index);
  if (!double) return ok(pairs);
  const ipAddress = formatAddress(double.ipAddress.address);
  return err(duplicateAddressPair({ macAddress: double.macAddress, ipAddress }));
}
