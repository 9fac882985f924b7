/**
 * Translates the declared world to OVN's northbound database: `kinds/` says what is read for each kind of object,
 * `tables/` what rows it becomes, `list.ts` has the lists. The translators are pure; `source.ts` reads the store and
 * `target.ts` writes NB. It knows nothing of requests, and it declares nothing.
 */
export { NorthboundClaim } from './claim.ts';
export { logicalRouterName, logicalRouterPortName, logicalSwitchName } from './names.ts';
export { countKnown, northboundSource, pauseOf, weightOf } from './source.ts';
export { listOwnedKeys, type NorthboundDatabase, NorthboundTarget, openNorthbound } from './target.ts';
export type { World } from './world.ts';
