/**
 * A cloud's machinery on one machine: OVN central, hosts as network namespaces with an Open vSwitch and an
 * ovn-controller each, the underlay between them, guests with a real Linux stack, and eyes (captures, counters).
 * It runs inside a user, network, mount and pid namespace of its own, so it needs no root and dies with it. It
 * must not know what a port means: it plugs what it is told, as os-vif would, and never reads a cloud's own state.
 */
export { runOrThrow, startBackground } from './command.ts';
export { daemon, listens } from './daemon.ts';
export { openLab } from './lab.ts';
export { type NamespaceProcess, startInNamespace } from './namespace.ts';
export {
  agentMetricsSocket,
  type ControllerOptions,
  controllerEndpoint,
  controllerSocket,
  createController,
  ensureAgentSecret,
  startSextant,
} from './sextant.ts';
export type * from './types.ts';
