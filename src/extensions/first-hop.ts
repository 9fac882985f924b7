import type { Extension } from './extension.ts';

/** Of our own: `GET /v2.0/ports/<id>/first-hop`. Neutron has nothing that shows what a port's host did with its packets. */
export const firstHop: Extension = {
  alias: 'first-hop',
  name: 'First Hop',
  description: 'Shows the addresses that a port is bound to, its leases, and what its host dropped',
  updated: '2026-11-29T10:00:00-00:00',
};
