import { defaultConnectionLimits } from '../api/index.ts';
import { isLocalListener } from '../auth/index.ts';
import { defaultAdvertising } from '../hostbound/index.ts';
import {
  defineProgram,
  flag,
  type GroupValues,
  integer,
  type Kind,
  list,
  logLevelOption,
  oneOf,
  option,
  optional,
  path,
  text,
} from '../options/index.ts';
import { type Endpoint, endpointForms, parseEndpoint } from '../ovsdb/index.ts';
import { databaseForms, isDatabaseUrl, withoutPassword } from '../store/index.ts';
import { formatListenAddress, type ListenAddress, parseListenAddress } from './listen-address.ts';
import { settingsOptions } from './settings-options.ts';

const listenAddress: Kind<ListenAddress> = text('ADDRESS', 'HOST:PORT or unix:/PATH', parseListenAddress);

const endpoint: Kind<Endpoint> = text('ENDPOINT', endpointForms, parseEndpoint);

/** Letters, digits and hyphens (RFC 1123 §2.1). Without the dot at its end; empty: none. */
const domainName: Kind<string> = text('NAME', 'a domain name, or empty for none', (given) => {
  const name = given.replace(/\.$/, '');
  return name.length <= 253 && /^$|^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*$/i.test(name) ? name : undefined;
});

const databaseUrl: Kind<string> = {
  ...text('URL', databaseForms, (given) => (isDatabaseUrl(given) ? given : undefined)),
  show: withoutPassword,
};

const api = {
  listen: list({
    name: 'listen',
    kind: listenAddress,
    default: ['127.0.0.1:9696'],
    help: 'Where the API is served.',
  }),
  auth: option({
    name: 'auth',
    kind: oneOf('MODE', ['noauth', 'keystone']),
    default: 'noauth',
    help: 'How callers prove who they are: by tokens of Keystone, or not at all, so that each is an administrator.',
  }),
  keepAliveSeconds: option({
    name: 'keep-alive',
    neutron: 'client_socket_timeout',
    kind: integer({ unit: 'seconds', from: 1, to: 86_400 }),
    default: defaultConnectionLimits.keepAliveSeconds,
    help: 'A connection without a request is kept for so long: longer than a proxy in front keeps its own.',
  }),
  proxyHeaders: option({
    name: 'proxy-headers',
    neutron: 'enable_proxy_headers_parsing',
    kind: oneOf('MODE', ['ignore', 'trust']),
    default: 'ignore',
    help: 'Whether X-Forwarded-Proto, -Host and -Prefix say the address in links. Trust them behind a proxy that sets them.',
  }),
  reportDirectory: optional({
    name: 'report-dir',
    kind: path('directory'),
    help: 'A directory that browsers are shown at /.',
  }),
};

const name = text('NAME', 'a name', (given) => (given === '' ? undefined : given));

/** Neutron has them in [keystone_authtoken] of neutron.conf. */
const identity = {
  url: optional({
    name: 'keystone-url',
    kind: text('URL', 'http://HOST:PORT or https://HOST:PORT, with a path or none', (given) =>
      /^https?:\/\/[^/?#@]+(\/[^?#]*)?$/.test(given) ? given : undefined,
    ),
    help: 'Where Keystone is.',
  }),
  username: option({
    name: 'keystone-username',
    kind: name,
    default: 'neutron',
    help: 'The service account by which tokens of others are validated.',
  }),
  passwordFile: optional({
    name: 'keystone-password-file',
    kind: path('file'),
    isSecret: true,
    help: 'It holds the password of that account.',
  }),
  userDomain: option({
    name: 'keystone-user-domain',
    kind: name,
    default: 'Default',
    help: 'The domain of that account.',
  }),
  project: option({
    name: 'keystone-project',
    kind: name,
    default: 'service',
    help: 'The project that it logs in to.',
  }),
  projectDomain: option({
    name: 'keystone-project-domain',
    kind: name,
    default: 'Default',
    help: 'The domain of that project.',
  }),
  ca: optional({
    name: 'keystone-ca-cert',
    kind: path('file'),
    help: "PEM, of the authority of Keystone's certificate. Without it: those that the system trusts.",
  }),
};

const database = {
  url: option({
    name: 'database',
    kind: databaseUrl,
    default: 'sqlite:sextant.db',
    help: 'The database. A URL with a password belongs in a file: all users of a host see its command lines.',
  }),
  connections: option({
    name: 'database-connections',
    kind: integer({ unit: 'connections', from: 8, to: 10_000 }),
    default: 24,
    help: 'Most connections to PostgreSQL, of all uses together.',
  }),
};

const ovn = {
  northbound: list({
    name: 'nb',
    kind: endpoint,
    default: ['unix:/run/ovn/ovnnb_db.sock'],
    help: "OVN's northbound database: each server of its cluster.",
  }),
  southbound: list({
    name: 'sb',
    kind: endpoint,
    default: ['unix:/run/ovn/ovnsb_db.sock'],
    help: "OVN's southbound database.",
  }),
  privateKey: optional({
    name: 'ovn-private-key',
    kind: path('file'),
    isSecret: true,
    help: 'PEM, for ssl: endpoints.',
  }),
  certificate: optional({ name: 'ovn-certificate', kind: path('file'), help: 'PEM, of that key.' }),
  ca: optional({ name: 'ovn-ca-cert', kind: path('file'), help: "PEM, of the authority of OVN's certificates." }),
  adoptNorthbound: flag({
    name: 'adopt-nb',
    help:
      'For one start: take NB over although it belongs to another store or holds what this one does not know, ' +
      'which is then deleted from it.',
  }),
};

const feed = {
  agentSecretFile: optional({
    name: 'agent-secret-file',
    kind: path('file'),
    isSecret: true,
    help: "The agents' tokens are made of what it holds. Without it no agent is served.",
  }),
  listen: list({
    name: 'feed-listen',
    kind: listenAddress,
    help: "Where only the agents' feed is served, for agents on other hosts.",
  }),
  privateKey: optional({
    name: 'feed-private-key',
    kind: path('file'),
    isSecret: true,
    help: 'PEM: the feed is served there by TLS.',
  }),
  certificate: optional({ name: 'feed-certificate', kind: path('file'), help: 'PEM, of that key.' }),
};

/** Infinite lifetimes are no choice: guests would keep a prefix for ever (RFC 4861 §4.6.2). */
const advertising = {
  searchDomain: option({
    name: 'dns-domain',
    neutron: 'dns_domain',
    kind: domainName,
    default: defaultAdvertising.searchDomains.join(),
    help: 'The search domain that guests are told.',
  }),
  preferredLifetimeSeconds: option({
    name: 'preferred-lifetime',
    kind: integer({ unit: 'seconds', from: 30, to: 0xffff_fffe }),
    default: defaultAdvertising.preferredLifetimeSeconds,
    help: 'Preferred lifetime of advertised prefixes and of DHCPv6 leases.',
  }),
  validLifetimeSeconds: option({
    name: 'valid-lifetime',
    kind: integer({ unit: 'seconds', from: 60, to: 0xffff_fffe }),
    default: defaultAdvertising.validLifetimeSeconds,
    help: 'Their valid lifetime.',
  }),
};

/** All options of the controller, and what must hold between them. */
export const controllerProgram = defineProgram({
  name: 'controller',
  summary: 'Serves the Networking API, and brings what it says to OVN and to the hosts.',
  groups: {
    api: { title: 'API', options: api },
    identity: { title: 'Keystone', options: identity },
    database: { title: 'Database', options: database },
    ovn: { title: 'OVN', options: ovn },
    feed: { title: "The agents' feed", options: feed },
    advertising: { title: 'What guests are told', options: advertising },
    settings: { title: 'Limits and defaults', options: settingsOptions },
    process: { title: 'Process', options: { logLevel: logLevelOption } },
  },
  rules: [
    {
      says: '--auth noauth is refused on a --listen that is neither loopback nor unix:/PATH',
      holds: ({ api: { auth, listen } }) =>
        auth !== 'noauth' || listen.every((address) => isLocalListener(formatListenAddress(address))),
    },
    {
      says: '--auth keystone needs --keystone-url and --keystone-password-file',
      holds: ({ api: { auth }, identity: { url, passwordFile } }) =>
        auth !== 'keystone' || (url !== undefined && passwordFile !== undefined),
    },
    {
      says: '--feed-listen needs --agent-secret-file: agents prove themselves by tokens made of it',
      holds: (values) => values.feed.listen.length === 0 || values.feed.agentSecretFile !== undefined,
    },
    {
      says: '--feed-private-key and --feed-certificate go together',
      holds: (values) => areTogether(values.feed.privateKey, values.feed.certificate),
    },
    {
      says: '--ovn-private-key, --ovn-certificate and --ovn-ca-cert go together',
      holds: (values) => areTogether(values.ovn.privateKey, values.ovn.certificate, values.ovn.ca),
    },
    {
      says: '--preferred-lifetime is at most --valid-lifetime',
      holds: (values) => values.advertising.preferredLifetimeSeconds <= values.advertising.validLifetimeSeconds,
    },
  ],
});

/** The values of the controller's options, group by group. */
export type ControllerOptions = GroupValues<typeof controllerProgram.groups>;

/** Whether all of them are given, or none. */
function areTogether(...values: readonly (string | undefined)[]): boolean {
  return new Set(values.map((value) => value === undefined)).size === 1;
}
