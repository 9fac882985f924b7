import { type DropReason, dropReason } from '../drop-reason.ts';
import type { PortIntent } from '../intent.ts';
import { compileBridge, compilePort, fragmentMode } from '../pipeline.ts';
import { startSwitch, type TestSwitch } from './ovs.ts';

/** What became of a frame: the OpenFlow port that it left by, else the agent, or the reason why it was dropped. */
export type Fate = number | 'to-agent' | DropReason | 'dropped without a reason';

/** A bridge with ports that are wired by intents. Open vSwitch itself parses and judges the frames, learning included. */
export interface TracedBridge {
  wire(intent: PortIntent, guestPort: number, patchPort: number): Promise<void>;
  /** Adds flows beyond those of the intents. */
  add(flows: readonly string[]): Promise<void>;
  /** Deletes the flows that match. */
  remove(matches: readonly string[]): Promise<void>;
  send(port: number, frame: Uint8Array): Promise<Fate>;
  /** As `send`, with all that the switch says of the packet's way. */
  trace(port: number, frame: Uint8Array): Promise<string>;
  dump(table?: number): Promise<string>;
  stop(): Promise<void>;
}

const bridge = 'br-hop';
const portCount = 8;

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
      ovs.addFlows(bridge, compilePort(intent, { guestPort, patchPort, cookie: cookieOf(guestPort) })),
    add: (flows) => ovs.addFlows(bridge, flows),
    remove: async (matches) => {
      for (const match of matches) await ovs.ofctl('del-flows', bridge, match);
    },
    send: async (port, frame) => fateIn(await trace(port, frame)),
    trace,
    dump: (table) => dump(ovs, table),
    stop: () => ovs.stop(),
  };
}

export function cookieOf(guestPort: number): bigint {
  return 0xab00n + BigInt(guestPort);
}

function dump(ovs: TestSwitch, table?: number): Promise<string> {
  return ovs.ofctl('dump-flows', bridge, ...(table === undefined ? [] : [`table=${table}`]));
}

function fateIn(trace: string): Fate {
  const output = /^ *output:(\d+)$/m.exec(trace)?.[1];
  if (output !== undefined) return Number(output);
  if (/^ *controller\(|^ *CONTROLLER:/m.test(trace)) return 'to-agent';
  const [, table, priority] = [...trace.matchAll(/^ *(\d+)\. .*priority (\d+).*\n *drop$/gm)].at(-1) ?? [];
  const reason = dropReason({ table: Number(table), priority: Number(priority), actions: 'drop' });
  return reason ?? 'dropped without a reason';
}
