import { tables } from './tables.ts';

/** One line for `ovs-ofctl -O OpenFlow13 add-flows`. Equal flows are equal text. */
export type FlowText = string;

/** Where a port is on the bridge, and whose its flows are. */
export interface PortWiring {
  /** OpenFlow port of the guest's interface. */
  readonly guestPort: number;
  /** OpenFlow port of the patch to the integration bridge. */
  readonly patchPort: number;
  /** The port's own: `learn(limit=)` counts by it, which makes it the quota. */
  readonly cookie: bigint;
}

type Table = (typeof tables)[keyof typeof tables];

/** Match fields in the order in which they stand; the first names the protocol where others depend on it. */
export type Match = readonly string[];

/** Writes the flows of one port. */
export interface FlowWriter {
  /** Packets from the guest. */
  fromGuest(table: Table, priority: number, match: Match, actions: string): void;
  /** Packets from the network. */
  fromNetwork(table: Table, priority: number, match: Match, actions: string): void;
  /** Packets of any port. */
  fromAny(table: Table, priority: number, match: Match, actions: string): void;
}

export function goto(table: Table): string {
  return `goto_table:${table}`;
}

/** Looks the address in xxreg1 up: reg0 is 1 afterwards if it is bound to the port. */
export const lookUpBinding = [
  `resubmit(,${tables.learned})`,
  `resubmit(,${tables.conflicts})`,
  `resubmit(,${tables.pinned})`,
].join(',');

/** Collects flows as text. */
export function flowWriter({ guestPort, patchPort, cookie }: PortWiring): FlowWriter & { readonly flows: FlowText[] } {
  const flows: FlowText[] = [];
  const write = (table: Table, priority: number, match: Match, actions: string) => {
    flows.push(
      [`cookie=${hexCookie(cookie)},table=${table},priority=${priority}`, ...match]
        .join(',')
        .concat(` actions=${actions}`),
    );
  };
  return {
    flows,
    fromGuest: (table, priority, match, actions) => write(table, priority, [`in_port=${guestPort}`, ...match], actions),
    fromNetwork: (table, priority, match, actions) =>
      write(table, priority, [`in_port=${patchPort}`, ...match], actions),
    fromAny: write,
  };
}

export function hexCookie(cookie: bigint): string {
  return `0x${cookie.toString(16)}`;
}
