import { invariant } from '../base/index.ts';

/**
 * One flow in the syntax of ovs-ofctl(8): `cookie=0x1,table=0,priority=10,in_port=3 actions=drop`. The text is its
 * identity: equal flows must be written with the same characters in the same order.
 */
export type FlowText = string;

/** A flow as bundles need it: where it sits, apart from what it does. */
export interface FlowParts {
  /** Table, priority and match: what OpenFlow identifies a flow by (1.3.5 §6.4). The cookie is no part of it. */
  readonly key: string;
  readonly cookie: string | undefined;
  readonly actions: string;
}

const timing =
  /^(?:cookie|idle_timeout|hard_timeout|importance|send_flow_rem|check_overlap|reset_counts|no_packet_counts|no_byte_counts)(?:=|$)/;

/** Splits a flow's text. Throws when it has no actions: that is a bug in the code that made it. */
export function splitFlow(text: FlowText): FlowParts {
  const at = text.search(/[ ,]actions=/);
  invariant(at >= 0, `a flow without actions: ${text}`);
  const fields = text.slice(0, at).split(/[ ,]+/).filter(Boolean);
  const cookie = fields.find((field) => field.startsWith('cookie='))?.slice('cookie='.length);
  return { key: fields.filter((field) => !timing.test(field)).join(','), cookie, actions: text.slice(at + 1) };
}

/**
 * The lines of an ovs-ofctl bundle file that take a bridge from the actual flows to the desired ones. A removal names
 * the cookie, so that it never deletes an equal match that another owner has written since.
 */
export function flowDelta(actual: readonly FlowText[], desired: readonly FlowText[]): readonly string[] {
  const installed = new Set(actual);
  const wanted = new Set(desired);
  const wantedKeys = new Set(desired.map((text) => splitFlow(text).key));
  const removals = actual
    .filter((text) => !wanted.has(text))
    .map(splitFlow)
    .filter(({ key }) => !wantedKeys.has(key))
    .map(({ key, cookie }) => `delete_strict ${cookie === undefined ? '' : `cookie=${cookie}/-1,`}${key}`);
  const additions = desired.filter((text) => !installed.has(text)).map((text) => `add ${text}`);
  return [...removals, ...additions];
}
