/**
 * Brings an outside system in line with the store, key by key: a dirty set, one batch at a time, the desired
 * state computed from a fresh read, one transaction per batch, retry with backoff for what is refused, and a
 * full scan that finds what no event told. It knows neither OVN nor Neutron: what a key means, what rows it
 * becomes and how they are written is the business of the `Source` and the `Target`.
 */
export { type DeferredKey, type DirtyKey, DirtySet } from './dirty-set.ts';
export { type Convergence, Engine, type EngineOptions, type EngineProgress } from './engine.ts';
export { keyText, parseKey } from './key.ts';
export { PacedKeys } from './paced-keys.ts';
export type { Source } from './source.ts';
export type { ApplyFailure, Target } from './target.ts';
