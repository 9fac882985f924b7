import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Address, type Prefix, parseMac, parsePrefix } from '../ip/index.ts';
import {
  type Network,
  type Port,
  type Router,
  type RouterId,
  routerInterfaceOwner,
  type Subnet,
} from '../resources/index.ts';
import { address, aNetwork, aPort, aSubnet } from '../store/testing/builders.ts';
import { defaultAdvertising, type IntentWorld, isBoundTo, networkIntentMaker, ownIntent } from './intent.ts';

const networkIntent = networkIntentMaker(defaultAdvertising);

const routerId = 'f0000000-0000-4000-8000-000000000001' as RouterId;

function aRouter(differences: Partial<Router> = {}): Router {
  const { id: _id, ...standard } = aNetwork();
  return {
    ...standard,
    id: routerId,
    name: 'router',
    adminStateUp: true,
    status: 'ACTIVE',
    routes: [],
    ...differences,
  };
}

interface Objects {
  readonly network: Network;
  readonly subnets?: readonly Subnet[];
  readonly port: Port;
  readonly interfaces?: readonly Port[];
  readonly routers?: readonly Router[];
  readonly bound?: readonly Address[];
}

function aWorld({ network, subnets = [], port, interfaces = [], routers = [], bound = [] }: Objects): IntentWorld {
  return {
    revision: 42,
    ports: new Map([[port.id, port]]),
    networks: new Map([[network.id, { ...network }]]), // as it is read anew
    subnets: new Map([[network.id, subnets]]),
    interfaces: new Map([[network.id, interfaces]]),
    routers: new Map(routers.map((router) => [router.id, router])),
    openNetworks: new Set(),
    boundAddresses: new Map([[port.id, bound]]),
  };
}

function anInterface(network: Network, subnets: readonly Subnet[], differences: Partial<Port> = {}): Port {
  return aPort({
    networkId: network.id,
    deviceOwner: routerInterfaceOwner,
    deviceId: routerId,
    macAddress: mac('fa:16:3e:00:00:fe'),
    fixedIps: subnets.map(({ id }, index) => ({ subnetId: id, ipAddress: address(`2001:db8:${index + 1}::1`) })),
    ...differences,
  });
}

test('says all that the first hop of a port must know, and apart from it what its network has for all ports', () => {
  const network = aNetwork({ mtuBytes: 1400 });
  const subnet = aSubnet({ networkId: network.id });
  const port = aPort({
    networkId: network.id,
    fixedIps: [{ subnetId: subnet.id, ipAddress: address('2001:db8:1::10') }],
    allowedAddressPairs: [{ ipAddress: prefix('2001:db8:7::/64'), macAddress: mac('fa:16:3e:00:00:77') }],
  });
  const attached = anInterface(network, [subnet, subnet]);
  const world = aWorld({ network, subnets: [subnet], port, interfaces: [attached], routers: [aRouter()] });
  assert.deepEqual(ownIntent(world, port), {
    portId: port.id,
    revision: 42,
    networkId: network.id,
    mac: port.macAddress,
    adminStateUp: true,
    portSecurityEnabled: true,
    routerTrusted: false,
    fixedAddresses: [{ subnetId: subnet.id, address: address('2001:db8:1::10') }],
    allowedAddressPairs: [{ prefix: prefix('2001:db8:7::/64'), mac: mac('fa:16:3e:00:00:77') }],
    boundAddresses: [],
    learnedAddressQuota: 16,
  });
  assert.deepEqual(networkIntent(world, network.id), {
    networkId: network.id,
    revision: 42,
    mtuBytes: 1400,
    adminStateUp: true,
    subnets: [
      {
        id: subnet.id,
        prefix: subnet.cidr,
        gateway: address('2001:db8:1::1'),
        raMode: 'slaac',
        addressMode: 'slaac',
        dhcpEnabled: true,
        dnsServers: [address('2001:db8::53')],
        searchDomains: ['openstacklocal'],
        hostRoutes: [],
        preferredLifetimeSeconds: 14_400,
        validLifetimeSeconds: 86_400,
        autonomous: true,
        onLink: true,
      },
    ],
    routers: [
      {
        portId: attached.id,
        mac: mac('fa:16:3e:00:00:fe'),
        linkLocal: address('fe80::f816:3eff:fe00:fe'),
        subnetIds: [subnet.id],
        routerLifetimeSeconds: 1_800,
        preference: 'medium',
      },
    ],
    openPorts: false,
  });
});

test('tells guests no resolvers where the unspecified address is among them, as Neutron does', () => {
  const network = aNetwork();
  const resolversTold = (...dnsNameservers: readonly string[]) => {
    const subnet = aSubnet({ networkId: network.id, dnsNameservers: dnsNameservers.map(address) });
    const world = aWorld({ network, subnets: [subnet], port: aPort({ networkId: network.id }) });
    return networkIntent(world, network.id)?.subnets[0]?.dnsServers;
  };
  assert.deepEqual(resolversTold('2001:db8::53', '::'), []);
  assert.deepEqual(resolversTold('0.0.0.0'), []);
  assert.deepEqual(resolversTold('2001:db8::53'), [address('2001:db8::53')]);
});

test('sets the A flag where guests form their own addresses, and only there', () => {
  const network = aNetwork();
  const port = aPort({ networkId: network.id });
  const autonomous = (ipv6RaMode: Subnet['ipv6RaMode']) => {
    const subnet = aSubnet({ networkId: network.id, ipv6RaMode, ipv6AddressMode: ipv6RaMode });
    return networkIntent(aWorld({ network, subnets: [subnet], port }), network.id)?.subnets[0]?.autonomous;
  };
  assert.deepEqual(
    [autonomous('slaac'), autonomous('dhcpv6-stateless'), autonomous('dhcpv6-stateful'), autonomous(undefined)],
    [true, true, false, false],
  );
});

test('takes back the default route of a router that is down, and forgets one that is gone', () => {
  const network = aNetwork();
  const subnet = aSubnet({ networkId: network.id });
  const port = aPort({ networkId: network.id });
  const lifetimes = (routers: readonly Router[], attached: Partial<Port> = {}) =>
    networkIntent(
      aWorld({ network, port, routers, interfaces: [anInterface(network, [subnet], attached)] }),
      network.id,
    )?.routers.map(({ routerLifetimeSeconds }) => routerLifetimeSeconds);
  assert.deepEqual(lifetimes([aRouter()]), [1_800]);
  assert.deepEqual(lifetimes([aRouter({ adminStateUp: false })]), [0]);
  assert.deepEqual(lifetimes([aRouter()], { adminStateUp: false }), [0]);
  assert.deepEqual(lifetimes([]), []);
});

test('makes the intent of a network once for all of its ports, until it is read anew', () => {
  const network = aNetwork();
  const world = aWorld({ network, port: aPort({ networkId: network.id }) });
  const intent = networkIntent(world, network.id);
  assert.equal(networkIntent(world, network.id), intent);
  assert.notEqual(networkIntent(aWorld({ network, port: aPort() }), network.id), intent);
});

test('is the business of the host that it is bound to, and of any while it is bound to none', () => {
  const bound = (hostId: string) => aPort({ hostId });
  assert.deepEqual(
    [isBoundTo(bound('h1'), 'h1'), isBoundTo(bound('h2'), 'h1'), isBoundTo(bound(''), 'h1')],
    [true, false, true],
  );
});

function prefix(text: string): Prefix {
  const parsed = parsePrefix(text);
  assert.ok(parsed);
  return parsed;
}

function mac(text: string) {
  const parsed = parseMac(text);
  assert.ok(parsed);
  return parsed;
}
