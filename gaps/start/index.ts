/**
 * The two halves of `sextant start`: one outside (the controller on the loopback, signals, messages for people), one
 * inside the lab's namespace. It composes the lab and the gap analysis, and must not know what a row does.
 */
export { runInside } from './inside.ts';
export { runOutside } from './outside.ts';
export type { StartOptions } from './protocol.ts';
