import type { SimulatedHostPlan } from './simulated-host.ts';

/** What the process with the simulated hosts is told. */
export type SimulatorCommand =
  /** Hosts connect, all at once, and from then on come back by themselves. */
  | {
      readonly kind: 'join';
      readonly endpoint: string;
      readonly secret: string;
      readonly hosts: readonly SimulatedHostPlan[];
    }
  /** The hosts claim addresses, one host after another; the count of answers begins at zero. */
  | ({ readonly kind: 'claim' } & ClaimPlan)
  | { readonly kind: 'state' }
  /** Counts of sessions, ports told and closes begin at zero again. */
  | { readonly kind: 'count-anew' };

/** How many claims are made: so many at a time, each next one after an answer, or so many a second whether or not answered. */
export type ClaimPlan = { readonly count: number } & ({ readonly atOnce: number } | { readonly perSecond: number });

/** How the claims of a plan fare. */
export interface ClaimsState {
  readonly granted: number;
  readonly refused: number;
  /** From when each was due until its answer came, in milliseconds, in the order of the answers; none before the last. */
  readonly times: readonly number[];
  /** From the first claim to the last answer. */
  readonly seconds: number;
}

/** How simulated hosts fare. Times are in milliseconds since the Unix epoch, with fractions. */
export interface HostsState {
  readonly hosts: number;
  /** Hosts that have been told, in a session that is up, of all their ports. */
  readonly synced: number;
  /** Sessions that were opened. */
  readonly sessions: number;
  /** Ports that were told of, by their own intents or by their network's. */
  readonly told: number;
  /** Sessions that ended or could not begin, by the code and reason of the close, or the error. */
  readonly closes: Readonly<Record<string, number>>;
  readonly lastToldAt: number;
  readonly lastSyncedAt: number;
  readonly claims: ClaimsState;
}
