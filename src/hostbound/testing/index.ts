/**
 * Hosts for tests and benchmarks, as many as wanted: they speak the real feed over real sockets, and have neither switch nor
 * guests.
 */
export { guestAddress, type SimulatedHostPlan } from './simulated-host.ts';
export { type SimulatedHosts, type SimulatedHostsOptions, startSimulatedHosts } from './simulated-hosts.ts';
export type { ClaimPlan, ClaimsState, HostsState } from './simulator-protocol.ts';
