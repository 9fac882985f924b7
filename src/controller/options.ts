import { parseArgs } from 'node:util';
import { isLocalListener } from '../auth/index.ts';
import { err, type LogLevel, ok, type Result } from '../base/index.ts';
import { type AdvertisingSettings, defaultAdvertising } from '../hostbound/index.ts';
import { type Endpoint, parseEndpoints } from '../ovsdb/index.ts';
import { type ListenAddress, parseListenAddress } from './listen-address.ts';

/** The controller's command line, parsed. */
export interface ControllerOptions {
  readonly listen: readonly ListenAddress[];
  /** Where agents on other hosts reach the feed, and nothing else is served. */
  readonly feedListen?: readonly ListenAddress[];
  /** PEM files; undefined: the feed's own addresses speak plain HTTP. */
  readonly feedTlsFiles?: ServerTlsFiles;
  /** As `openStore` takes it. */
  readonly database: string;
  /** As `openStore` takes it. */
  readonly databaseConnections?: number;
  readonly northbound: readonly Endpoint[];
  readonly southbound: readonly Endpoint[];
  /** PEM files, for `ssl:` endpoints. */
  readonly tlsFiles?: TlsFiles;
  /** Takes NB over for this store, and deletes from it what this store does not know. */
  readonly adoptNorthbound?: boolean;
  readonly auth: 'noauth';
  /** Undefined: no feed is served. */
  readonly agentSecretFile?: string;
  readonly advertising?: AdvertisingSettings;
  /** See `ResourceSettings`. */
  readonly networkMtuBytes?: number;
  readonly logLevel: LogLevel;
  /** A directory that browsers are shown at `/`. */
  readonly reportDirectory?: string;
}

export interface ServerTlsFiles {
  readonly privateKey: string;
  readonly certificate: string;
}

export interface TlsFiles extends ServerTlsFiles {
  readonly ca: string;
}

/** Why there are no options: an invalid argument, or a request for help. */
export type OptionsProblem = { readonly kind: 'help' } | { readonly kind: 'invalid'; readonly message: string };

export const usage = `usage: controller.ts [options]
  --listen ADDR             address to serve at: 127.0.0.1:9696, [::1]:9696 or unix:/path (repeatable)
                            (default 127.0.0.1:9696)
  --database URL            sqlite:PATH or postgres://... (default sqlite:sextant.db)
  --database-connections N  to PostgreSQL in all, from 8 (default 24)
  --nb ENDPOINTS            OVN northbound database: unix:PATH, tcp:HOST:PORT or ssl:HOST:PORT, comma-separated
                            (default unix:/run/ovn/ovnnb_db.sock)
  --sb ENDPOINTS            OVN southbound database (default unix:/run/ovn/ovnsb_db.sock)
  --ovn-private-key FILE    for ssl: endpoints
  --ovn-certificate FILE
  --ovn-ca-cert FILE
  --adopt-nb                for one start: take NB over although it belongs to another store or holds what this one
                            does not know, which is then deleted from it
  --auth MODE               noauth: on loopback and unix sockets only
  --agent-secret-file FILE  what the agents' tokens are made of; without it no agent is served
  --feed-listen ADDR        address where only the agents' feed is served, for agents on other hosts (repeatable)
  --feed-private-key FILE   serve those by TLS
  --feed-certificate FILE
  --network-mtu BYTES       of tenant networks: the underlay's less Geneve's 58 (IPv4) or 78 (IPv6) (default 1442)
  --dns-domain NAME         search domain that guests are told; "" for none (default openstacklocal)
  --preferred-lifetime SECONDS  of advertised prefixes and DHCPv6 leases (default 14400)
  --valid-lifetime SECONDS  (default 86400)
  --report-dir DIR          a directory that browsers are shown at /
  --log-level LEVEL         fatal, error, warn, info, debug, trace or silent (default info)
  --help
`;

const logLevels: readonly LogLevel[] = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/** Reads the command line. Every problem is a sentence that names the option. */
export function parseOptions(args: readonly string[]): Result<ControllerOptions, OptionsProblem> {
  const values = readArguments(args);
  if (typeof values === 'string') return invalid(values);
  if (values.help) return err({ kind: 'help' });
  const northbound = parseEndpoints(values.nb);
  if (!northbound.ok) return invalid(`--nb: ${northbound.error}`);
  const southbound = parseEndpoints(values.sb);
  if (!southbound.ok) return invalid(`--sb: ${southbound.error}`);
  const listen = parseListeners(values.listen, values.auth);
  if (!listen.ok) return invalid(listen.error);
  const feed = parseFeed(values);
  if (!feed.ok) return invalid(feed.error);
  const logLevel = logLevels.find((level) => level === values['log-level']);
  if (!logLevel) return invalid(`--log-level is one of ${logLevels.join(', ')}`);
  const network = parseNetwork(values);
  if (!network.ok) return invalid(network.error);
  const tlsFiles = parseTlsFiles(values);
  if (!tlsFiles.ok) return invalid(tlsFiles.error);
  const database = parseDatabase(values);
  if (!database.ok) return invalid(database.error);
  return ok({
    listen: listen.value,
    ...feed.value,
    ...network.value,
    ...database.value,
    northbound: northbound.value,
    southbound: southbound.value,
    adoptNorthbound: values['adopt-nb'],
    auth: 'noauth',
    logLevel,
    ...(tlsFiles.value && { tlsFiles: tlsFiles.value }),
    ...(values['agent-secret-file'] !== undefined && { agentSecretFile: values['agent-secret-file'] }),
    ...(values['report-dir'] !== undefined && { reportDirectory: values['report-dir'] }),
  });
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        listen: { type: 'string', multiple: true, default: ['127.0.0.1:9696'] },
        database: { type: 'string', default: 'sqlite:sextant.db' },
        'database-connections': { type: 'string' },
        nb: { type: 'string', default: 'unix:/run/ovn/ovnnb_db.sock' },
        sb: { type: 'string', default: 'unix:/run/ovn/ovnsb_db.sock' },
        'ovn-private-key': { type: 'string' },
        'ovn-certificate': { type: 'string' },
        'ovn-ca-cert': { type: 'string' },
        'adopt-nb': { type: 'boolean', default: false },
        auth: { type: 'string', default: 'noauth' },
        'agent-secret-file': { type: 'string' },
        'feed-listen': { type: 'string', multiple: true, default: [] },
        'feed-private-key': { type: 'string' },
        'feed-certificate': { type: 'string' },
        'network-mtu': { type: 'string', default: '1442' },
        'dns-domain': { type: 'string', default: 'openstacklocal' },
        'preferred-lifetime': { type: 'string', default: String(defaultAdvertising.preferredLifetimeSeconds) },
        'valid-lifetime': { type: 'string', default: String(defaultAdvertising.validLifetimeSeconds) },
        'report-dir': { type: 'string' },
        'log-level': { type: 'string', default: 'info' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** With noauth every caller is an administrator, so the API is served on this machine only. */
function parseListeners(texts: readonly string[], auth: string): Result<readonly ListenAddress[], string> {
  if (auth !== 'noauth') return err(`--auth: "${auth}" is not known; noauth is`);
  const distant = texts.find((text) => parseListenAddress(text) && !isLocalListener(text));
  if (distant !== undefined) return err(`--listen: noauth is refused on "${distant}": only loopback and unix: sockets`);
  return parseAddresses('--listen', texts);
}

function parseAddresses(option: string, texts: readonly string[]): Result<readonly ListenAddress[], string> {
  const addresses: ListenAddress[] = [];
  for (const text of texts) {
    const address = parseListenAddress(text);
    if (!address) return err(`${option}: "${text}" is neither HOST:PORT nor unix:/PATH`);
    addresses.push(address);
  }
  return ok(addresses);
}

interface FeedArguments {
  readonly 'feed-listen': readonly string[];
  readonly 'feed-private-key'?: string | undefined;
  readonly 'feed-certificate'?: string | undefined;
  readonly 'agent-secret-file'?: string | undefined;
}

/** Agents prove themselves by their tokens, so the feed may be served beyond this machine. */
function parseFeed(values: FeedArguments): Result<Pick<ControllerOptions, 'feedListen' | 'feedTlsFiles'>, string> {
  const addresses = parseAddresses('--feed-listen', values['feed-listen']);
  if (!addresses.ok) return addresses;
  if (addresses.value.length > 0 && values['agent-secret-file'] === undefined)
    return err('--feed-listen needs --agent-secret-file: agents prove themselves by tokens made of it');
  const [privateKey, certificate] = [values['feed-private-key'], values['feed-certificate']];
  if (privateKey === undefined && certificate === undefined) return ok({ feedListen: addresses.value });
  if (privateKey === undefined || certificate === undefined)
    return err('--feed-private-key and --feed-certificate go together');
  return ok({ feedListen: addresses.value, feedTlsFiles: { privateKey, certificate } });
}

interface DatabaseArguments {
  readonly database: string;
  readonly 'database-connections'?: string | undefined;
}

function parseDatabase(
  values: DatabaseArguments,
): Result<Pick<ControllerOptions, 'database' | 'databaseConnections'>, string> {
  const { database, 'database-connections': text } = values;
  if (text === undefined) return ok({ database });
  const databaseConnections = parseInteger(text, 8, 10_000);
  if (databaseConnections === undefined) return err(`--database-connections: "${text}" is not a number from 8`);
  return ok({ database, databaseConnections });
}

interface NetworkArguments {
  readonly 'network-mtu': string;
  readonly 'dns-domain': string;
  readonly 'preferred-lifetime': string;
  readonly 'valid-lifetime': string;
}

/** Parses what guests are told. Infinite lifetimes are refused: guests would keep them for ever (RFC 4861 §4.6.2). */
function parseNetwork(
  values: NetworkArguments,
): Result<Pick<ControllerOptions, 'networkMtuBytes' | 'advertising'>, string> {
  const networkMtuBytes = parseInteger(values['network-mtu'], 1280, 65_535);
  if (networkMtuBytes === undefined) return err('--network-mtu: a number of bytes from 1280 (RFC 8200 §5) to 65535');
  const [preferred, valid] = [values['preferred-lifetime'], values['valid-lifetime']];
  const validLifetimeSeconds = parseInteger(valid, 60, 0xffff_fffe);
  if (validLifetimeSeconds === undefined) return err(`--valid-lifetime: "${valid}" is not a number of seconds from 60`);
  const preferredLifetimeSeconds = parseInteger(preferred, 30, validLifetimeSeconds);
  if (preferredLifetimeSeconds === undefined)
    return err(`--preferred-lifetime: "${preferred}" is not a number of seconds from 30 to the valid lifetime`);
  const domain = values['dns-domain'].replace(/\.$/, '');
  if (domain.length > 253 || !/^$|^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*$/i.test(domain))
    return err(`--dns-domain: "${domain}" is no domain name`);
  const searchDomains = domain === '' ? [] : [domain];
  return ok({ networkMtuBytes, advertising: { searchDomains, preferredLifetimeSeconds, validLifetimeSeconds } });
}

function parseInteger(text: string, lowest: number, highest: number): number | undefined {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  return value >= lowest && value <= highest ? value : undefined;
}

interface TlsArguments {
  readonly 'ovn-private-key'?: string | undefined;
  readonly 'ovn-certificate'?: string | undefined;
  readonly 'ovn-ca-cert'?: string | undefined;
}

function parseTlsFiles(values: TlsArguments): Result<TlsFiles | undefined, string> {
  const [privateKey, certificate, ca] = [values['ovn-private-key'], values['ovn-certificate'], values['ovn-ca-cert']];
  if (privateKey === undefined && certificate === undefined && ca === undefined) return ok(undefined);
  if (privateKey === undefined || certificate === undefined || ca === undefined)
    return err('--ovn-private-key, --ovn-certificate and --ovn-ca-cert go together');
  return ok({ privateKey, certificate, ca });
}

function invalid(message: string): Result<never, OptionsProblem> {
  return err({ kind: 'invalid', message });
}
