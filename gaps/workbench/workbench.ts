import { milliseconds, waitFor } from '../../src/base/index.ts';
import {
  type Network,
  type NetworkCreate,
  type Port,
  type PortCreate,
  type Router,
  type RouterAddRouterInterface,
  type SecurityGroup,
  type SecurityGroupCreate,
  type Subnet,
  type SubnetCreate,
  unwrap,
} from '../../src/client/index.ts';
import { formatAddress } from '../../src/ip/index.ts';
import type { Capture, CaptureFilter, Context, Guest, InterfaceSettings, Site, Tenant } from '../contract.ts';
import { aMac, anAddress, linkLocalStation, type Station } from './frames.ts';
import { createSecurityGroups, type Rule } from './security-groups.ts';

/** What a request says of a subnet besides its network, and its IP version where the prefix tells. */
type SubnetRequest = Partial<SubnetCreate>;

/** What a request says of a port besides its network. */
export type PortRequest = Partial<PortCreate>;

/** How one guest's interface is to be made. */
export interface GuestRequest {
  readonly host: string;
  readonly network: Network;
  /** Further attributes of the port. */
  readonly port?: PortRequest;
  /** Plug into this guest; a new one when left out. */
  readonly guest?: Guest;
  readonly settings?: InterfaceSettings;
}

/** A port and the guest that it is plugged into. */
export interface PluggedPort {
  readonly guest: Guest;
  readonly port: Port;
  /** Inside the guest. */
  readonly interface: string;
}

/**
 * A tenant's hands: makes resources under this row's names, and registers how each one is undone. A port whose request names
 * no security groups is in an open one, where the cloud has groups: the default group would hide what most rows judge.
 */
export interface Workbench {
  readonly tenant: Tenant;
  network(request?: NetworkCreate): Promise<Network>;
  subnet(network: Network, request: SubnetRequest): Promise<Subnet>;
  /** A router with an interface on each of these subnets. */
  router(subnets: readonly Subnet[], request?: object): Promise<Router>;
  addInterface(router: Router, what: RouterAddRouterInterface): Promise<void>;
  /** With these rules and no others. Ports that enter it have to be made after it, so that they are undone before. */
  securityGroup(rules: readonly Rule[], request?: SecurityGroupCreate): Promise<SecurityGroup>;
  port(network: Network, request?: PortRequest): Promise<Port>;
  /** A port bound to a host and a guest on it; answers when the cloud says that the port is ACTIVE. */
  plug(request: GuestRequest): Promise<PluggedPort>;
}

/** Where the workbench stands: the site, and which tenant works there. */
export interface WorkbenchOptions {
  readonly site?: Site;
  /** Which of the two tenants. Default the first. */
  readonly tenant?: 0 | 1;
}

/** A workbench for one row. All that is made with it is undone when the row's scope closes. */
export function createWorkbench(
  context: Context,
  { site = context, tenant: index = 0 }: WorkbenchOptions = {},
): Workbench {
  const tenant = site.cloud.tenants[index];
  const { probe, scope, tag } = context;
  const { api } = tenant;
  const said = (what: string) => probe.note(`${tenant.name}: ${what}`);
  const network = async (request: NetworkCreate = {}) => {
    const made = unwrap(await api.networks.create({ name: tag, ...request }));
    scope.defer(`network ${made.id}`, async () => unwrap(await api.networks.delete(made.id)));
    said(`network ${made.id}, MTU ${made.mtu}`);
    return made;
  };
  const subnet = async (parent: Network, request: SubnetRequest) => {
    const ipVersion = request.cidr?.includes(':') === false ? 4 : 6;
    const made = unwrap(
      await api.subnets.create({ name: tag, network_id: parent.id, ip_version: ipVersion, ...request }),
    );
    scope.defer(`subnet ${made.id}`, async () => unwrap(await api.subnets.delete(made.id)));
    said(`subnet ${made.cidr}, RA ${made.ipv6_ra_mode ?? '-'}, addresses ${made.ipv6_address_mode ?? '-'}`);
    return made;
  };
  const addInterface = async (router: Router, what: RouterAddRouterInterface) => {
    unwrap(await api.routers.addRouterInterface(router.id, what));
    scope.defer(`interface of router ${router.id}`, () => api.routers.removeRouterInterface(router.id, what));
  };
  const groups = createSecurityGroups({ api, scope, tag });
  const create = async (parent: Network, request: PortRequest = {}) => {
    const open = 'security_groups' in request ? {} : await groups.admitAll();
    return unwrap(await api.ports.create({ name: tag, network_id: parent.id, ...open, ...request }));
  };
  return {
    tenant,
    network,
    subnet,
    addInterface,
    securityGroup: groups.make,
    async port(parent, request) {
      const made = await create(parent, request);
      scope.defer(`port ${made.id}`, () => deletePort(tenant, made.id), { independent: true });
      return made;
    },
    async router(subnets, request = {}) {
      const made = unwrap(await api.routers.create({ name: tag, ...request }));
      scope.defer(`router ${made.id}`, async () => unwrap(await api.routers.delete(made.id)));
      for (const { id } of subnets) await addInterface(made, { subnet_id: id });
      said(`router ${made.id} on ${subnets.map(({ cidr }) => cidr).join(', ') || 'no subnet'}`);
      return made;
    },
    async plug(request) {
      const made = await create(request.network, { device_owner: 'compute:gap', ...request.port });
      let remove = async () => {};
      const undo = async () => {
        await remove();
        await deletePort(tenant, made.id);
      };
      scope.defer(`guest and port ${made.id}`, undo, { independent: true });
      return plugPort(context, { site, made, request, onGuest: (guest) => (remove = () => guest.remove()) });
    },
  };
}

interface Plugging {
  readonly site: Site;
  readonly made: Port;
  readonly request: GuestRequest;
  readonly onGuest: (guest: Guest) => void;
}

/** Binds a port to a host, as Nova does before it starts a guest, makes the guest, and waits until the port works. */
async function plugPort(context: Context, { site, made, request, onGuest }: Plugging): Promise<PluggedPort> {
  const { admin } = site.cloud;
  const { signal } = context;
  signal.throwIfAborted();
  const bound = unwrap(await admin.ports.update(made.id, { 'binding:host_id': request.host }));
  const { network, guest, settings, host } = request;
  const plugged = await site.guests.plug({
    host,
    port: bound,
    mtu: network.mtu,
    ...(guest && { guest }),
    ...(settings && { settings }),
  });
  onGuest(plugged);
  // The row has been given up, and undone while this guest was being made.
  if (signal.aborted) await plugged.remove();
  signal.throwIfAborted();
  const active = async () => {
    const shown = unwrap(await admin.ports.show(made.id));
    return shown.status === 'ACTIVE' && shown;
  };
  const port = await waitFor(`port ${made.id} to become ACTIVE`, active, {
    within: milliseconds(30_000),
    every: milliseconds(50),
  });
  const name = plugged.interfaces.find(({ portId }) => portId === made.id)?.name ?? 'eth0';
  context.probe.note(`guest ${plugged.name} on ${host}: ${name} ${describePort(port)}`);
  return { guest: plugged, port, interface: name };
}

/** The MAC and the addresses of a port, as evidence. */
export function describePort({ mac_address, fixed_ips }: Port): string {
  return `${mac_address} ${fixed_ips.map(({ ip_address }) => ip_address).join(' ')}`;
}

/** The port's address in a subnet, or its first one. */
export function addressOf(port: Port, subnet?: Subnet): string {
  const found = port.fixed_ips.find(({ subnet_id }) => !subnet || subnet_id === subnet.id);
  if (!found) throw new Error(`port ${port.id} has no address in ${subnet?.cidr ?? 'any subnet'}`);
  return found.ip_address;
}

/** The MAC of a port, and its address on a subnet or its first one. */
export function stationOf({ port }: PluggedPort, subnet?: Subnet): Station {
  return { mac: aMac(port.mac_address), address: anAddress(addressOf(port, subnet)) };
}

/** The addresses that a port has by its declaration: its fixed ones, and the link-local one of its MAC. */
export function ownAddresses({ port }: PluggedPort): readonly string[] {
  const { address } = linkLocalStation(port.mac_address);
  return [...port.fixed_ips.map(({ ip_address }) => ip_address), formatAddress(address)];
}

/** A capture on the interface of each of these, of all frames or of those that come in. */
export function captureAll(guests: readonly PluggedPort[], filter?: CaptureFilter): Promise<readonly Capture[]> {
  return Promise.all(guests.map(({ guest, interface: name }) => guest.capture(name, filter)));
}

/** A row may have deleted it itself, so a port that is gone is undone. */
async function deletePort({ api }: Tenant, id: string): Promise<void> {
  const answer = await api.ports.delete(id);
  if (!answer.ok && answer.error.status !== 404) unwrap(answer);
}
