import { parseMac } from '../ip/index.ts';
import type { ResourceSettings } from '../kit/index.ts';
import { integer, interfaceName, type Kind, list, type Option, option, text } from '../options/index.ts';
import { asSegmentRange, countedTables, defaultSettings, resources, type SegmentRange } from '../resources/index.ts';

type SettingsOptions = { readonly [K in keyof ResourceSettings]: Option<ResourceSettings[K]> };

/**
 * The first octets of Neutron's base_mac: three, or four when the fourth is not 0. What follows them is drawn, so that
 * other octets than 0 there would be ignored: they are refused.
 */
const macPrefix: Kind<string> = text('MAC', 'a unicast MAC address such as fa:16:3e:00:00:00', (given) => {
  const mac = parseMac(given);
  const [, prefix, fourth] = /^([0-9a-f][02468ace](?::[0-9a-f]{2}){2}):([0-9a-f]{2}):00:00$/.exec(mac ?? '') ?? [];
  return prefix === undefined || fourth === '00' ? prefix : `${prefix}:${fourth}`;
});

const counted = [...countedTables(resources).keys()];

/** `port=500` */
const quota: Kind<ResourceSettings['quotas'][number]> = text(
  'RESOURCE=LIMIT',
  `one of ${counted.join(', ')} with = and a number, -1 for no limit`,
  (given) => {
    const [, resource = '', limit] = /^(\w+)=(-1|\d{1,9})$/.exec(given) ?? [];
    return counted.includes(resource) ? { resource, limit: Number(limit) } : undefined;
  },
);

/** `vlan:physnet1:100:199`, `vxlan:1:1000` */
const segmentRange: Kind<SegmentRange> = text(
  'TYPE:FIRST:LAST',
  'vxlan:1:1000 (or gre, geneve), or with a physical network vlan:physnet1:100:199, with identifiers that the type has',
  (given) => {
    const [, networkType, , physicalNetwork, first, last] =
      /^(geneve|gre|vlan|vxlan)(:([^:,\s]{1,64}))?:(\d{1,10}):(\d{1,10})$/.exec(given) ?? [];
    return networkType === undefined
      ? undefined
      : asSegmentRange(networkType, physicalNetwork, Number(first), Number(last));
  },
);

/** One option for each setting of the rules: the compiler misses one that is not here. */
export const settingsOptions = {
  networkMtuBytes: option({
    name: 'network-mtu',
    kind: integer({ unit: 'bytes', from: 1280, to: 65_535 }), // RFC 8200 §5
    default: defaultSettings.networkMtuBytes,
    help: "MTU of tenant networks, and the largest to be had: the underlay's less Geneve's 58 (IPv4) or 78 (IPv6).",
  }),
  maxFixedIpsPerPort: option({
    name: 'max-fixed-ips-per-port',
    neutron: 'max_fixed_ips_per_port',
    kind: integer({ unit: 'addresses', from: 1, to: 1_000 }),
    default: defaultSettings.maxFixedIpsPerPort,
    help: 'Most fixed addresses of one port. Each costs flows on its host.',
  }),
  maxAllowedAddressPairs: option({
    name: 'max-allowed-address-pair',
    neutron: 'max_allowed_address_pair',
    kind: integer({ unit: 'pairs', from: 0, to: 1_000 }),
    default: defaultSettings.maxAllowedAddressPairs,
    help: 'Most allowed address pairs of one port.',
  }),
  maxHostRoutes: option({
    name: 'max-subnet-host-routes',
    neutron: 'max_subnet_host_routes',
    kind: integer({ unit: 'routes', from: 0, to: 64 }), // so that a DHCP answer fits the smallest MTU: 9 bytes each
    default: defaultSettings.maxHostRoutes,
    help: 'Most host routes of one subnet.',
  }),
  maxDnsNameservers: option({
    name: 'max-dns-nameservers',
    neutron: 'max_dns_nameservers',
    kind: integer({ unit: 'servers', from: 0, to: 50 }), // for the same reason: 16 bytes each
    default: defaultSettings.maxDnsNameservers,
    help: 'Most DNS servers of one subnet.',
  }),
  maxRoutes: option({
    name: 'max-routes',
    neutron: 'max_routes',
    kind: integer({ unit: 'routes', from: 0, to: 10_000 }),
    default: defaultSettings.maxRoutes,
    help: 'Most routes of one router.',
  }),
  maxBulkItems: option({
    name: 'max-bulk-items',
    kind: integer({ unit: 'items', from: 1, to: 100_000 }),
    default: defaultSettings.maxBulkItems,
    help: 'Most that one request, of 4 MiB at most, creates. Of subnets: 100 at most.',
  }),
  macPrefix: option({
    name: 'base-mac',
    neutron: 'base_mac',
    kind: macPrefix,
    default: `${defaultSettings.macPrefix}:00:00:00`,
    help: 'Generated MAC addresses begin with its first three octets, or four when the fourth is not 00.',
  }),
  segmentRanges: list({
    name: 'segment-range',
    kind: segmentRange,
    help:
      "Identifiers for networks of a type: administrators may ask for types with a range. Geneve's are 1 to 65535 unless " +
      'some are named. Networks of other types than Geneve are not carried yet: their status is DOWN.',
  }),
  flatNetworks: list({
    name: 'flat-network',
    neutron: 'flat_networks',
    kind: text('NAME', 'the name of a physical network, or *', (given) =>
      /^\S{1,64}$/.test(given) ? given : undefined,
    ),
    help: 'A physical network that may have a flat network; *: any.',
  }),
  bridgeName: option({
    name: 'bridge',
    kind: interfaceName,
    default: defaultSettings.bridgeName,
    help: "The bridge on the hosts that Nova is told to plug guests into: the agents' option of that name.",
  }),
  quotas: list({
    name: 'quota',
    kind: quota,
    help: 'How many of a resource a project may have that has no limit of its own. What is not named has none.',
  }),
  agentDownSeconds: option({
    name: 'agent-down-time',
    neutron: 'agent_down_time',
    kind: integer({ unit: 'seconds', from: 60, to: 86_400 }), // its sign of life is written each 30 s at most
    default: defaultSettings.agentDownSeconds,
    help: 'An agent that was silent for longer is shown as not alive.',
  }),
  listPauseSeconds: option({
    name: 'list-pause',
    kind: integer({ unit: 'seconds', from: 1, to: 3_600 }),
    default: defaultSettings.listPauseSeconds,
    help: 'A client that takes nothing of a list for so long loses the rest; until then the database keeps a view for it.',
  }),
} satisfies SettingsOptions;
