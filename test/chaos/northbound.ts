import { readFile } from 'node:fs/promises';
import type { Central } from '../../gaps/lab/index.ts';
import type { Port } from '../../src/client/index.ts';
import { type NbRow, readRows, setOf } from './nb-rows.ts';
import { groupLines, wantedGroupLines } from './northbound-groups.ts';
import { type Inventory, isRouterInterface } from './observe.ts';

/** Rows of NB as lines that compare. */
type Lines = readonly string[];

/** In which way NB is not what the API's lists call for, told without the product's own translation. */
export async function northboundContradictions(central: Central, inventory: Inventory): Promise<readonly string[]> {
  const [wanted, actual] = [wantedLines(inventory), await actualLines(central)];
  return [
    ...without(wanted, actual).map((line) => `NB lacks: ${line}`),
    ...without(actual, wanted).map((line) => `stray in NB: ${line}`),
  ];
}

function without(all: Lines, others: Lines): Lines {
  const known = new Map(
    Map.groupBy(others, (line) => line)
      .entries()
      .map(([line, same]) => [line, same.length]),
  );
  return all.filter((line) => {
    const left = known.get(line) ?? 0;
    known.set(line, left - 1);
    return left <= 0;
  });
}

/** Tables that others write: northd's own, and the server's listening addresses. */
const foreign = ['NB_Global', 'Connection', 'SSL'];
const ours = [
  'Logical_Switch',
  'Logical_Switch_Port',
  'Logical_Router',
  'Logical_Router_Port',
  'Port_Group',
  'ACL',
  'Address_Set',
];

function wantedLines(inventory: Inventory): Lines {
  const { networks, subnets, ports, routers } = inventory;
  const isNetworkUp = new Map(networks.map(({ id, admin_state_up }) => [id, admin_state_up]));
  const lengths = new Map(subnets.map(({ id, cidr }) => [id, cidr.split('/')[1]]));
  return [
    ...networks.map(({ id }) => `switch neutron-${id}`),
    ...routers.map(({ id, admin_state_up }) => `router neutron-${id} enabled=${admin_state_up}`),
    ...ports.map((port) => portLine(port, port.admin_state_up && isNetworkUp.get(port.network_id) !== false)),
    ...ports.filter(isRouterInterface).map(({ id, device_id, mac_address, fixed_ips }) => {
      const addresses = fixed_ips.map(({ ip_address, subnet_id }) => `${ip_address}/${lengths.get(subnet_id)}`);
      return `router port lrp-${id} of neutron-${device_id} ${words([mac_address, ...addresses])}`;
    }),
    ...wantedGroupLines(inventory),
  ];
}

function portLine(port: Port, isEnabled: boolean): string {
  const { id, network_id, mac_address, fixed_ips } = port;
  const addresses = isRouterInterface(port) ? ['router'] : [mac_address, ...fixed_ips.map((ip) => ip.ip_address)];
  return `port ${id} of neutron-${network_id} enabled=${isEnabled} ${words(addresses)}`;
}

async function actualLines(central: Central): Promise<Lines> {
  const schema = JSON.parse(await readFile('/usr/share/ovn/ovn-nb.ovsschema', 'utf8')) as { readonly tables: object };
  const others = Object.keys(schema.tables).filter((table) => ![...foreign, ...ours].includes(table));
  const counts = await Promise.all(
    others.map(async (table) => (await readRows(central, table)).map(() => `a row of ${table}`)),
  );
  return [
    ...(await switchLines(central)),
    ...(await routerLines(central)),
    ...(await groupLines(central)),
    ...counts.flat(),
  ];
}

async function switchLines(central: Central): Promise<Lines> {
  const switches = await readRows(central, 'Logical_Switch');
  const owners = ownersOf(switches);
  const ports = await readRows(central, 'Logical_Switch_Port');
  return [
    ...switches.map(({ name }) => `switch ${name}`),
    ...ports.map(({ _uuid, name, enabled, addresses }) => {
      return `port ${name} of ${owners.get(String(_uuid))} enabled=${enabled} ${words(setOf(addresses))}`;
    }),
  ];
}

async function routerLines(central: Central): Promise<Lines> {
  const routers = await readRows(central, 'Logical_Router');
  const owners = ownersOf(routers);
  const ports = await readRows(central, 'Logical_Router_Port');
  return [
    ...routers.map(({ name, enabled }) => `router ${name} enabled=${enabled}`),
    ...ports.map(({ _uuid, name, mac, networks }) => {
      return `router port ${name} of ${owners.get(String(_uuid))} ${words([String(mac), ...setOf(networks)])}`;
    }),
  ];
}

/** The name of the switch or router that has a port, by the port's uuid. */
function ownersOf(rows: readonly NbRow[]): ReadonlyMap<string, unknown> {
  return new Map(rows.flatMap(({ name, ports }) => setOf(ports).map((uuid) => [uuid, name] as const)));
}

function words(texts: readonly string[]): string {
  return texts
    .flatMap((text) => text.split(' '))
    .toSorted()
    .join(' ');
}
