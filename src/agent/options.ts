import { dirname, join } from 'node:path';
import {
  defineProgram,
  type GroupValues,
  interfaceName,
  type Kind,
  list,
  logLevelOption,
  oneOf,
  option,
  optional,
  path,
  required,
  text,
  type Values,
} from '../options/index.ts';
import { type Endpoint, endpointForms, parseEndpoint } from '../ovsdb/index.ts';
import type { ControllerEndpoint } from './feed-client.ts';

const controllerEndpoint: Kind<ControllerEndpoint> = text(
  'ENDPOINT',
  'http://HOST:PORT, https://HOST:PORT or unix:/PATH',
  (given) => (given.startsWith('unix:/') || /^https?:$/.test(URL.parse(given)?.protocol ?? '') ? given : undefined),
);

const endpoint: Kind<Endpoint> = text('ENDPOINT', endpointForms, parseEndpoint);

const socketPath: Kind<string> = text('PATH', 'the path of a unix socket', (given) => {
  const found = given.replace(/^unix:/, '');
  return found === '' ? undefined : found;
});

const feed = {
  host: required({
    name: 'host',
    kind: text('NAME', 'the name of a host', (given) => given || undefined),
    help: 'This host, as binding:host_id names it.',
  }),
  controllers: list({
    name: 'controller',
    kind: controllerEndpoint,
    isRequired: true,
    help: "Where controllers serve the agents' feed.",
  }),
  tokenFile: required({
    name: 'token-file',
    kind: path('file'),
    isSecret: true,
    help: "Holds the host's token for the feed, as `sextant agent-token` makes it.",
  }),
  claimsWithoutController: option({
    name: 'claims-without-controller',
    kind: oneOf('POLICY', ['admit', 'refuse']),
    default: 'admit',
    help: 'Whether guests may have new addresses that nobody defends while no controller answers, or have to wait.',
  }),
};

const openVSwitch = {
  ovsdb: list({
    name: 'ovsdb',
    kind: endpoint,
    default: ['unix:/run/openvswitch/db.sock'],
    help: "This host's Open_vSwitch database.",
  }),
  bridge: option({
    name: 'bridge',
    kind: interfaceName,
    default: 'br-hop',
    help: "The bridge that guests are plugged into: the controller's option of that name.",
  }),
  integrationBridge: option({
    name: 'integration-bridge',
    kind: interfaceName,
    default: 'br-int',
    help: "OVN's bridge.",
  }),
  openflow: optional({
    name: 'openflow',
    kind: socketPath,
    help: "Management socket of --bridge. Without it: BRIDGE.mgmt beside the database's socket.",
  }),
};

const local = {
  stateDirectory: option({
    name: 'state-dir',
    kind: path('directory'),
    default: '/var/lib/sextant',
    help: 'Where the agent caches intents, and addresses that it admitted without a controller.',
  }),
  metricsSocket: optional({ name: 'metrics', kind: socketPath, help: 'Where metrics for Prometheus are served.' }),
  logLevel: logLevelOption,
};

/** All options of the agent, and what must hold between them. */
export const agentProgram = defineProgram({
  name: 'agent',
  summary: 'The first hop of the ports on one host: wires what is plugged, answers RS and DHCP, guards each port.',
  groups: {
    feed: { title: 'Feed', options: feed },
    openVSwitch: { title: 'Open vSwitch', options: openVSwitch },
    local: { title: 'Process', options: local },
  },
  rules: [
    {
      says: '--openflow is needed when --ovsdb is no unix socket',
      holds: (values) => managementSocket(values.openVSwitch) !== undefined,
    },
  ],
});

/** What the agent is told, in one. */
export interface AgentOptions
  extends Values<typeof feed>,
    Omit<Values<typeof openVSwitch>, 'openflow'>,
    Values<typeof local> {
  /** The hop bridge's OpenFlow management socket. */
  readonly managementSocket: string;
  /** The integration bridge's, in the same folder. */
  readonly integrationSocket: string;
}

/** Takes the values of {@link agentProgram}'s options, whose rule says that there is a management socket. */
export function agentOptions(values: GroupValues<typeof agentProgram.groups>): AgentOptions {
  const { openflow: _, ...bridges } = values.openVSwitch;
  const hopSocket = managementSocket(values.openVSwitch) ?? '';
  return {
    ...values.feed,
    ...bridges,
    ...values.local,
    managementSocket: hopSocket,
    integrationSocket: join(dirname(hopSocket), `${bridges.integrationBridge}.mgmt`),
  };
}

/** ovs-vswitchd makes `<bridge>.mgmt` in its run directory, where the database's socket is too. */
function managementSocket({ openflow, ovsdb, bridge }: Values<typeof openVSwitch>): string | undefined {
  const unix = ovsdb.find(({ kind }) => kind === 'unix');
  return openflow ?? (unix?.kind === 'unix' ? join(dirname(unix.path), `${bridge}.mgmt`) : undefined);
}
