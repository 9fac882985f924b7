import type { UnderlayFamily } from '../lab/index.ts';

/** The options of `start`. */
export interface StartOptions {
  /** End after the gap analysis. */
  readonly once: boolean;
  /** Where the API listens on 127.0.0.1. */
  readonly port: number;
  readonly hosts: number;
  readonly underlay: UnderlayFamily;
  /** Ids of the rows to run; all when undefined, none when empty. */
  readonly rows: readonly string[] | undefined;
  /** Sockets, databases and logs of the run; emptied at the start. */
  readonly stateDirectory: string;
  readonly reportDirectory: string;
}

/** A message from the half inside the namespace to the half outside. */
export type InsideMessage =
  | { readonly kind: 'lab'; readonly northbound: string; readonly southbound: string }
  | { readonly kind: 'agents' }
  /** The gap analysis has ended, or was not asked for. */
  | { readonly kind: 'judged' }
  | { readonly kind: 'failed'; readonly message: string };

/** And what the outside tells the inside. */
export type OutsideMessage =
  | { readonly kind: 'open'; readonly options: StartOptions; readonly initPid: number }
  /** The controller serves. */
  | { readonly kind: 'controller' };

/** The unix socket on which the lab of a state directory is controlled. */
export function controlSocket(stateDirectory: string): string {
  return `${stateDirectory}/lab.sock`;
}
