import { type DropReason, dropStages } from './drop-reason.ts';
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
  /** The meter that what the guest asks the agent passes, if the switch has one for the port. */
  readonly meter?: number;
}

type Table = (typeof tables)[keyof typeof tables];

/** Match fields as they stand in the flow; the protocol comes before the fields that depend on it. */
export type Match = readonly string[];

type Write = (table: Table, priority: number, match: Match, actions: string) => void;
type Drop = (reason: DropReason, match?: Match) => void;

/** Writes the flows of one port. */
export interface FlowWriter {
  readonly flows: readonly FlowText[];
  readonly fromGuest: Write;
  readonly fromNetwork: Write;
  readonly fromAny: Write;
  readonly dropFromGuest: Drop;
  readonly dropFromNetwork: Drop;
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
export function flowWriter({ guestPort, patchPort, cookie }: PortWiring): FlowWriter {
  const flows: FlowText[] = [];
  const write = (table: number, priority: number, match: Match, actions: string) => {
    const fields = [`cookie=${hexCookie(cookie)}`, `table=${table}`, `priority=${priority}`, ...match];
    flows.push(`${fields.join(',')} actions=${actions}`);
  };
  const [guest, network] = [`in_port=${guestPort}`, `in_port=${patchPort}`];
  const drop = (reason: DropReason, match: Match) =>
    write(dropStages[reason].table, dropStages[reason].priority, match, 'drop');
  return {
    flows,
    fromGuest: (table, priority, match, actions) => write(table, priority, [guest, ...match], actions),
    fromNetwork: (table, priority, match, actions) => write(table, priority, [network, ...match], actions),
    fromAny: write,
    dropFromGuest: (reason, match = []) => drop(reason, [guest, ...match]),
    dropFromNetwork: (reason, match = []) => drop(reason, [network, ...match]),
  };
}

export function hexCookie(cookie: bigint): string {
  return `0x${cookie.toString(16)}`;
}
