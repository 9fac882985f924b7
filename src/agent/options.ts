import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { err, type LogLevel, ok, type Result } from '../base/index.ts';
import { type Endpoint, parseEndpoints } from '../ovsdb/index.ts';
import type { ControllerEndpoint } from './feed-client.ts';
import type { BridgeNames } from './switch-view.ts';

export interface AgentOptions {
  /** The host's name in `binding:host_id`. */
  readonly host: string;
  readonly ovsdb: readonly Endpoint[];
  readonly bridges: BridgeNames;
  /** The hop bridge's OpenFlow management socket. */
  readonly managementSocket: string;
  readonly controllers: readonly ControllerEndpoint[];
  readonly stateDirectory: string;
  /** Holds the host's feed token, `agentToken` of src/feed. */
  readonly tokenFile: string;
  readonly logLevel: LogLevel;
  /** A unix socket to serve metrics on. */
  readonly metricsSocket: string | undefined;
}

export const usage = `usage: agent.ts --host NAME --controller ENDPOINT[,ENDPOINT...] --token-file FILE [options]

The first hop of the ports on one host: wires what is plugged, answers RS and DHCP, guards each port.

  --host NAME                  this host, as in binding:host_id
  --controller ENDPOINT        http://HOST:PORT, https://HOST:PORT or unix:/PATH; several, separated by commas
  --token-file FILE            the host's token for the controller's feed
  --ovsdb ENDPOINT             this host's Open_vSwitch database        [unix:/run/openvswitch/db.sock]
  --bridge NAME                the bridge that guests are plugged into  [br-hop]
  --integration-bridge NAME    OVN's bridge                             [br-int]
  --openflow PATH              management socket of the bridge          [BRIDGE.mgmt beside the database's socket]
  --state-dir DIR              where intents are cached                 [/var/lib/sextant]
  --metrics PATH               a unix socket to serve Prometheus metrics on
  --log-level LEVEL            fatal, error, warn, info, debug or trace [info]
  --help                       this text
`;

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** Reads the command line. The error is a sentence for whoever typed it; `help` asks for the usage text. */
export function parseAgentOptions(argv: readonly string[]): Result<AgentOptions | 'help', string> {
  const parsed = parse(argv);
  if (!parsed.ok) return parsed;
  const values = parsed.value;
  if (values.help) return ok('help');
  const { host, controller, 'token-file': tokenFile } = values;
  if (!host || !controller || !tokenFile) return err('--host, --controller and --token-file are needed');
  const ovsdb = parseEndpoints(values.ovsdb);
  if (!ovsdb.ok) return ovsdb;
  const logLevel = logLevels.find((level) => level === values['log-level']);
  if (!logLevel) return err(`--log-level is one of ${logLevels.join(', ')}`);
  const controllers = controller.split(',').map((endpoint) => endpoint.trim());
  const wrong = controllers.find((endpoint) => !isController(endpoint));
  if (wrong !== undefined) return err(`not a controller's address (http://HOST:PORT, unix:/PATH): "${wrong}"`);
  const managementSocket = values.openflow ?? defaultManagementSocket(ovsdb.value, values.bridge);
  if (!managementSocket) return err('--openflow is needed when the database is not on a unix socket');
  return ok({
    host,
    ovsdb: ovsdb.value,
    bridges: { hop: values.bridge, integration: values['integration-bridge'] },
    managementSocket,
    controllers,
    stateDirectory: values['state-dir'],
    tokenFile,
    logLevel,
    metricsSocket: values.metrics?.replace(/^unix:/, ''),
  });
}

function parse(argv: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        host: { type: 'string' },
        controller: { type: 'string' },
        'token-file': { type: 'string' },
        ovsdb: { type: 'string', default: 'unix:/run/openvswitch/db.sock' },
        bridge: { type: 'string', default: 'br-hop' },
        'integration-bridge': { type: 'string', default: 'br-int' },
        openflow: { type: 'string' },
        'state-dir': { type: 'string', default: '/var/lib/sextant' },
        metrics: { type: 'string' },
        'log-level': { type: 'string', default: 'info' },
        help: { type: 'boolean', default: false },
      },
    });
    return ok(values);
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error));
  }
}

function isController(endpoint: string): boolean {
  if (endpoint.startsWith('unix:/')) return true;
  return /^https?:$/.test(URL.parse(endpoint)?.protocol ?? '');
}

/** ovs-vswitchd makes `<bridge>.mgmt` in its run directory, where the database's socket is too. */
function defaultManagementSocket(endpoints: readonly Endpoint[], bridge: string): string | undefined {
  const unix = endpoints.find((endpoint) => endpoint.kind === 'unix');
  return unix && join(dirname(unix.path), `${bridge}.mgmt`);
}
