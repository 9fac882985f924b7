import { type Milliseconds, milliseconds, type Result } from '../base/index.ts';
import { type Collection, createCollection, type Query } from './collection.ts';
import { type Credentials, credentialHeaders } from './credentials.ts';
import { dispatcherFor, parseEndpoint } from './endpoint.ts';
import type { JsonValue } from './json.ts';
import { ApiError, type ApiProblem } from './problem.ts';
import type {
  AgentView,
  ApiExtension,
  Network,
  NetworkRequest,
  Port,
  PortRequest,
  Router,
  RouterInterface,
  RouterInterfaceRequest,
  RouterRequest,
  SecurityGroup,
  SecurityGroupRequest,
  SecurityGroupRule,
  SecurityGroupRuleRequest,
  Subnet,
  SubnetRequest,
} from './resources.ts';
import { createTransport, type Method } from './transport.ts';

export interface ClientOptions {
  /** `http://host:9696` or `unix:/path.sock`. */
  readonly endpoint: string;
  /** Default: none. */
  readonly credentials?: Credentials;
  /** Longest wait for an answer to begin, and between its parts. Default 30 s. */
  readonly timeout?: Milliseconds;
}

/** One caller of one Networking API. Every verb answers with a value or an `ApiProblem`, and never throws. */
export interface Client {
  readonly endpoint: string;
  readonly networks: Collection<Network, NetworkRequest>;
  readonly subnets: Collection<Subnet, SubnetRequest>;
  readonly ports: Collection<Port, PortRequest>;
  readonly routers: Collection<Router, RouterRequest> & RouterInterfaces;
  readonly securityGroups: Collection<SecurityGroup, SecurityGroupRequest>;
  /** Rules are never changed. */
  readonly securityGroupRules: Omit<Collection<SecurityGroupRule, SecurityGroupRuleRequest>, 'update'>;
  readonly agents: Pick<Collection<AgentView, Record<string, unknown>>, 'list' | 'show' | 'update' | 'delete'>;
  readonly extensions: {
    list(query?: Query): Promise<Result<readonly ApiExtension[], ApiProblem>>;
    show(alias: string): Promise<Result<ApiExtension, ApiProblem>>;
  };
  /** A collection by its names in the API, for extensions that have no type here: `collection('trunk', 'trunks')`. */
  collection(one: string, many: string, path?: string): Collection<Readonly<Record<string, unknown>>, object>;
  /** Any other request; the path starts with a slash. */
  request(method: Method, path: string, body?: object): Promise<Result<JsonValue | undefined, ApiProblem>>;
  /** The same endpoint seen as another caller. Each client is closed on its own. */
  as(credentials: Credentials): Client;
  close(): Promise<void>;
}

interface RouterInterfaces {
  addInterface(routerId: string, what: RouterInterfaceRequest): Promise<Result<RouterInterface, ApiProblem>>;
  removeInterface(routerId: string, what: RouterInterfaceRequest): Promise<Result<RouterInterface, ApiProblem>>;
}

/** Throws on an endpoint that is none; everything later is a value. */
export function createClient(options: ClientOptions): Client {
  const { credentials = { kind: 'none' }, timeout = milliseconds(30_000) } = options;
  const endpoint = parseEndpoint(options.endpoint);
  if (!endpoint) throw new Error(`not an endpoint (http://host:port or unix:/path): ${options.endpoint}`);
  const dispatcher = dispatcherFor(endpoint);
  const send = createTransport({ endpoint, dispatcher, headers: credentialHeaders(credentials), timeout });
  const act = async (routerId: string, verb: string, what: RouterInterfaceRequest) =>
    (await send('PUT', `/v2.0/routers/${encodeURIComponent(routerId)}/${verb}`, what)) as Result<
      RouterInterface & { [key: string]: JsonValue },
      ApiProblem
    >;
  return {
    endpoint: endpoint.text,
    networks: createCollection(send, { one: 'network', many: 'networks' }),
    subnets: createCollection(send, { one: 'subnet', many: 'subnets' }),
    ports: createCollection(send, { one: 'port', many: 'ports' }),
    routers: {
      ...createCollection<Router, RouterRequest>(send, { one: 'router', many: 'routers' }),
      addInterface: (id, what) => act(id, 'add_router_interface', what),
      removeInterface: (id, what) => act(id, 'remove_router_interface', what),
    },
    securityGroups: createCollection(send, {
      one: 'security_group',
      many: 'security_groups',
      path: 'security-groups',
    }),
    securityGroupRules: createCollection(send, {
      one: 'security_group_rule',
      many: 'security_group_rules',
      path: 'security-group-rules',
    }),
    agents: createCollection(send, { one: 'agent', many: 'agents' }),
    extensions: createCollection(send, { one: 'extension', many: 'extensions' }),
    collection: (one, many, path = many) => createCollection(send, { one, many, path }),
    request: send,
    as: (other) => createClient({ ...options, credentials: other }),
    close: () => dispatcher.close(),
  };
}

/** The value of an answer. Throws `ApiError` where it was refused: for callers to whom that is a failure. */
export function unwrap<T>(answer: Result<T, ApiProblem>): T {
  if (answer.ok) return answer.value;
  throw new ApiError(answer.error);
}
