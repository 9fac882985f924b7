/**
 * Brings status back: what OVN's southbound database says of port bindings, together with what the hosts have wired,
 * becomes the `status` of ports. It runs in the reconciler's engine, with the store as the target, so that status is
 * re-derived by every full scan. It declares nothing and writes nothing to OVN.
 */
export { openSouthbound, type SouthboundDatabase } from './database.ts';
export { type Forwarding, followBindings, forwardingOf, hasBinding } from './forwarding.ts';
export { decidePortStatus, type StatusOperation, type StatusWorld, statusSource, statusTarget } from './status.ts';
