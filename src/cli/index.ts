/**
 * The command line: one file per noun, each a thin caller of the Networking API, and of the running lab where there is
 * one. It must not know the product's insides: what it can do, any client can.
 */
export type * from './lab-wire.ts';
export { type CliOptions, runCli } from './program.ts';
