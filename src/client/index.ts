/**
 * A typed client of the OpenStack Networking API v2.0: what the command line, the gap analysis, the benchmarks and
 * the tests speak through. It works against any cloud with that API, and must not know which product answers.
 * It imports only base/.
 */
export { type Client, type ClientOptions, createClient, unwrap } from './client.ts';
export type { Collection, Query } from './collection.ts';
export { type Credentials, credentialHeaders } from './credentials.ts';
export { type Endpoint, parseEndpoint } from './endpoint.ts';
export type { JsonObject, JsonValue } from './json.ts';
export { ApiError, type ApiProblem, describeProblem } from './problem.ts';
export type {
  AddressPair,
  AgentView,
  AllocationPool,
  ApiExtension,
  FixedIp,
  HostRoute,
  Ipv6Mode,
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
