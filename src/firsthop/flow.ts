import { type DropReason, dropCodes } from './drop-reason.ts';
import { registers } from './registers.ts';
import { tables } from './tables.ts';

/** One line for `ovs-ofctl -O OpenFlow13 add-flows`. Equal flows are equal text. */
export type FlowText = string;

/** Where a port is on the bridge, and whose its flows are. */
export interface PortWiring {
  /** OpenFlow port of the guest's interface. */
  readonly guestPort: number;
  /** OpenFlow port of the patch to the integration bridge. */
  readonly patchPort: number;
  readonly cookie: bigint;
  /** The meters before the agent, if the switch has meters. */
  readonly meters?: {
    /** Of what the guest asks: solicitations, DHCP, duplicate address detection. */
    readonly requests: number;
    /** Of what else tells of addresses: packets from unknown ones, and others' detection of the guest's. */
    readonly notices: number;
    /** Of what the guest answers, when it is asked whether it still has an address: not lost to a flood of the other two. */
    readonly answers: number;
  };
}

type Table = (typeof tables)[keyof typeof tables];

/** Match fields as they stand in the flow; the protocol comes before the fields that depend on it. */
export type Match = readonly string[];

/** Writes the flows of one owner. */
export interface FlowWriter {
  readonly flows: readonly FlowText[];
  write(table: Table, priority: number, match: Match, actions: string): void;
  /** What matches is dropped, and counted for its port and this reason. */
  drop(table: Table, priority: number, reason: DropReason, match?: Match): void;
}

/** Collects flows as text. */
export function flowWriter(cookie: bigint): FlowWriter {
  const flows: FlowText[] = [];
  const write = (table: Table, priority: number, match: Match, actions: string) => {
    const fields = [`cookie=${hexCookie(cookie)}`, `table=${table}`, `priority=${priority}`, ...match];
    flows.push(`${fields.join(',')} actions=${actions}`);
  };
  return {
    flows,
    write,
    drop: (table, priority, reason, match = []) => write(table, priority, match, dropFor(reason)),
  };
}

/** The action that hands the packet to another table. */
export function goto(table: Table): string {
  return `goto_table:${table}`;
}

/** The actions that drop a packet, and have it counted. */
export function dropFor(reason: DropReason): string {
  return `set_field:${dropCodes[reason]}->${registers.verdict},${goto(tables.drop)}`;
}

/** The actions for a packet that is dropped because the port has not the address in the register: it may claim it. */
export function lackAddress(reason: DropReason): string {
  return `set_field:${dropCodes[reason]}->${registers.verdict},${goto(tables.unknownAddress)}`;
}

/** The actions that drop such a packet, and show it to the agent first. */
export const claimByData = `resubmit(,${tables.claimByData}),${goto(tables.drop)}`;

/** The action that sends the packet to the integration bridge, by the patch port of the guest that it came from. */
export const toNetwork = 'output:NXM_NX_REG13[]';
/** The action that sends the packet to the guest that the register names. */
export const toGuest = 'output:NXM_NX_REG12[]';
/** The match for packets whose address was found to be bound to the port. */
export const isBound = `${registers.verdict}=1`;
/** The action that notes that the address is bound to the port. */
export const bound = `set_field:1->${registers.verdict}`;
/** What an earlier look-up found is void. */
const forgetVerdict = [`set_field:0->${registers.verdict}`, `set_field:0->${registers.owner}`];
const own = [`resubmit(,${tables.pinned})`, `resubmit(,${tables.owner})`];
const pair = `resubmit(,${tables.pairs})`;

/** Looks up whether the address is the port's own. */
export const lookUpOwn = [...forgetVerdict, ...own].join(',');

/** Looks up whether the port may use the address: as its own, or by an allowed address pair. */
export const lookUpBinding = [...forgetVerdict, ...own, pair].join(',');

/** A cookie as ovs-ofctl(8) reads and prints it. */
export function hexCookie(cookie: bigint): string {
  return `0x${cookie.toString(16)}`;
}
