import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runInside, runOutside, type StartOptions } from '../gaps/start/index.ts';

const usage = `Usage: sextant start [options]

Brings up a lab (OVN central and hosts) in a namespace of its own, Sextant on it, runs the gap analysis, and then
serves the Networking API until Ctrl-C.

  --once                end after the gap analysis
  --rows LIST           run these rows only, as 2,5,16; "none" runs none
  --port PORT           where the API listens on 127.0.0.1 (default 9696)
  --hosts N             how many hosts (default 3)
  --underlay 4|6        address family of the tunnels (default 6)
  --report-dir DIR      where the report goes (default gap-report); that of some rows in part/ below it
  --state-dir DIR       sockets, databases and logs (default /tmp/sextant-UID); keep it short
  --help
`;

const { values, positionals } = readArguments();
const [verb, surplus] = positionals;
if (surplus !== undefined) refuse(`there is nothing to start but the cloud, not ${surplus}`);

switch (values.help ? 'help' : verb) {
  case 'start':
    process.exit(await start(startOptions()));
    break;
  case 'inside': // what `start` runs within the namespace
    await runInside();
    break;
  default:
    process.stdout.write(usage);
    process.exit(values.help ? 0 : 2);
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        once: { type: 'boolean', default: false },
        rows: { type: 'string' },
        port: { type: 'string', default: '9696' },
        hosts: { type: 'string', default: '3' },
        underlay: { type: 'string', default: '6' },
        'report-dir': { type: 'string', default: join(import.meta.dirname, '../gap-report') },
        'state-dir': {
          type: 'string',
          default: process.env.SEXTANT_STATE_DIR ?? join('/tmp', `sextant-${process.getuid?.()}`),
        },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

/** The state directory is in the words of both halves, so that a list of processes tells labs apart. */
function start(options: StartOptions): Promise<number> {
  return runOutside([import.meta.filename, 'inside', '--state-dir', options.stateDirectory], options);
}

function startOptions(): StartOptions {
  const { rows } = values;
  return {
    once: values.once,
    port: integer('port', values.port, 65_535),
    hosts: integer('hosts', values.hosts, 32),
    underlay: underlay(values.underlay),
    rows: rows === 'none' ? [] : rows?.split(','),
    stateDirectory: resolve(values['state-dir']),
    reportDirectory: resolve(values['report-dir']),
  };
}

function integer(name: string, text: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  return refuse(`--${name} takes a number from 1 to ${most}, not ${text}`);
}

function underlay(text: string): 4 | 6 {
  if (text === '4') return 4;
  if (text === '6') return 6;
  return refuse(`--underlay takes 4 or 6, not ${text}`);
}

function refuse(message: string): never {
  process.stderr.write(`sextant start: ${message}\n`);
  process.exit(2);
}
