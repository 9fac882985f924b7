import { addressBytes } from '../../ip/index.ts';
import { type DropReason, dropReason } from '../drop-reason.ts';
import type { PortIntent } from '../intent.ts';
import { readNotice } from '../notice.ts';
import { compileBridge, compileNetwork, compilePort, fragmentMode } from '../pipeline.ts';
import { tables } from '../tables.ts';
import { anAddress } from './intents.ts';
import { startSwitch, type TestSwitch } from './ovs.ts';

/** What became of a frame: the OpenFlow port that it left by, else the agent, or the reason why it was dropped. */
export type Fate = number | 'to-agent' | DropReason | 'unknown-port' | 'dropped without a reason';

/** A bridge with ports that are wired by intents. Open vSwitch itself parses and judges the frames, learning included. */
export interface TracedBridge {
  wire(intent: PortIntent, guestPort: number, patchPort: number): Promise<void>;
  /** Adds flows beyond those of the intents. */
  add(flows: readonly string[]): Promise<void>;
  /** Deletes the flows that match. */
  remove(matches: readonly string[]): Promise<void>;
  send(port: number, frame: Uint8Array): Promise<Fate>;
  /** What the frame tells the agent of an address, besides its fate. */
  notice(port: number, frame: Uint8Array): Promise<string | undefined>;
  /** Has a frame pass the datapath, so that it is counted. */
  inject(port: number, frame: Uint8Array): Promise<void>;
  /** How many flows the datapath holds, each for all packets that it can't tell apart. */
  countDatapathFlows(): Promise<number>;
  /** As `send`, with all that the switch says of the packet's way. */
  trace(port: number, frame: Uint8Array): Promise<string>;
  dump(table?: number): Promise<string>;
  stop(): Promise<void>;
}

const bridge = 'br-hop';
const datapath = 'dummy@ovs-dummy';
const portCount = 12;
const networkCookie = 2n;

/** Makes a bridge of the dummy datapath with twelve ports, and the flows that all ports share. */
export async function tracedBridge(): Promise<TracedBridge> {
  const ovs = await startSwitch();
  await ovs.vsctl('add-br', bridge, '--', 'set', 'bridge', bridge, 'datapath_type=dummy', 'fail_mode=secure');
  for (let port = 1; port <= portCount; port++) {
    const [name, request] = [`p${port}`, `ofport_request=${port}`];
    await ovs.vsctl('add-port', bridge, name, '--', 'set', 'interface', name, 'type=dummy', request);
  }
  await ovs.ofctl('set-frags', bridge, fragmentMode);
  await ovs.addFlows(bridge, compileBridge(1n));
  const trace = (port: number, frame: Uint8Array) =>
    ovs.appctl('ofproto/trace', bridge, `in_port=${port}`, Buffer.from(frame).toString('hex'));
  return {
    wire: (intent, guestPort, patchPort) =>
      ovs.addFlows(bridge, [
        ...compileNetwork([intent], networkCookie),
        ...compilePort(intent, { guestPort, patchPort, cookie: cookieOf(guestPort) }),
      ]),
    add: (flows) => ovs.addFlows(bridge, flows),
    remove: async (matches) => {
      for (const match of matches) await ovs.ofctl('del-flows', bridge, match);
    },
    send: async (port, frame) => fateIn(await trace(port, frame)),
    notice: async (port, frame) => noticeIn(await trace(port, frame)),
    inject: async (port, frame) => {
      await ovs.appctl('netdev-dummy/receive', `p${port}`, Buffer.from(frame).toString('hex'));
    },
    countDatapathFlows: async () => [...(await ovs.appctl('dpctl/dump-flows', datapath)).matchAll(/actions:/g)].length,
    trace,
    dump: (table) => dump(ovs, table),
    stop: () => ovs.stop(),
  };
}

/** The cookie of the flows of the guest that is wired at an OpenFlow port. */
export function cookieOf(guestPort: number): bigint {
  return 0xab00n + BigInt(guestPort);
}

function dump(ovs: TestSwitch, table?: number): Promise<string> {
  return ovs.ofctl('dump-flows', bridge, ...(table === undefined ? [] : [`table=${table}`]));
}

function fateIn(trace: string): Fate {
  const output = /^ *-> output port is (\d+)$/m.exec(trace)?.[1];
  if (output !== undefined) return Number(output);
  if (/^ 0\. priority 0\b.*\n *drop$/m.test(trace)) return 'unknown-port';
  const code = new RegExp(`^${tables.drop}\\. [^]*^Final flow: .*\\breg0=(0x[0-9a-f]+)`, 'm').exec(trace)?.[1];
  const reason = code && dropReason({ table: tables.drops, match: new Map([['reg0', code]]) });
  if (reason) return reason;
  return /^ *controller\(|^ *CONTROLLER:/m.test(trace) ? 'to-agent' : 'dropped without a reason';
}

/** The kind of the notice and its address, by the table that sends it and the source that it is given. */
function noticeIn(trace: string): string | undefined {
  const table = /^ *(\d+)\. [^\n]*\n *clone\(move[^\n]*CONTROLLER:54\)/m.exec(trace)?.[1];
  const address = /IPV6_SRC\[\] is now (\S+)\n *CONTROLLER:54/.exec(trace)?.[1];
  if (table === undefined || address === undefined) return undefined;
  const frame = Uint8Array.of(...new Uint8Array(14 + 8), ...addressBytes(anAddress(address)), ...new Uint8Array(16));
  return `${readNotice({ table: Number(table), frame })?.kind} ${address}`;
}
