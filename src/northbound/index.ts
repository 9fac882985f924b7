/**
 * Translates the declared world to OVN's northbound database: one file per table, `plan.ts` has the list. The
 * translators are pure; `source.ts` reads the store and `target.ts` writes NB. It knows nothing of requests, and it
 * declares nothing.
 */
export { NorthboundClaim } from './claim.ts';
export { logicalRouterName, logicalRouterPortName, logicalSwitchName } from './names.ts';
export { countKnown, northboundSource } from './source.ts';
export { listOwnedKeys, type NorthboundDatabase, NorthboundTarget, openNorthbound } from './target.ts';
export type { World } from './world.ts';
