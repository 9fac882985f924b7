import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { PortIntent } from '../intent.ts';
import { compileBridge, compileNetwork, compilePort, fragmentMode } from '../pipeline.ts';
import { startSwitch } from './ovs.ts';

const run = promisify(execFile);

/** A guest and a peer, each a network namespace, with the first hop of one port between them in a userspace datapath. */
export interface GuestBridge {
  wire(intent: PortIntent): Promise<void>;
  /** Sends a frame to the guest, as the agent does. */
  packetOut(frame: Uint8Array): Promise<void>;
  guest(...command: string[]): Promise<string>;
  peer(...command: string[]): Promise<string>;
  dump(): Promise<string>;
  stop(): Promise<void>;
}

const bridge = 'br-hop';
const [guestPort, patchPort] = [1, 2];

/** Why the machine can't hold guests, or false: for the `skip` of tests. */
export async function cannotHoldGuests(): Promise<string | false> {
  const name = `probe-${process.pid}`;
  try {
    await run('ip', ['netns', 'add', name]);
    await run('ip', ['netns', 'del', name]);
    return false;
  } catch {
    return 'skipped: network namespaces need CAP_NET_ADMIN, or a user namespace of their own';
  }
}

/** Makes the bridge, and the namespaces of a guest and a peer with these MACs. */
export async function guestBridge(macs: { readonly guest: string; readonly peer: string }): Promise<GuestBridge> {
  const ovs = await startSwitch();
  await ovs.vsctl('add-br', bridge, '--', 'set', 'bridge', bridge, 'datapath_type=netdev', 'fail_mode=secure');
  await ovs.ofctl('set-frags', bridge, fragmentMode);
  await ovs.addFlows(bridge, compileBridge(1n));
  const [guest, peer] = [`guest-${process.pid}`, `peer-${process.pid}`];
  const add = async (namespace: string, mac: string, port: number) => {
    const host = `fh${port}-${process.pid}`;
    await run('ip', ['netns', 'add', namespace]);
    await run('ip', ['link', 'add', host, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace, 'address', mac]);
    // The host's end would configure itself from the RAs that pass it.
    await run('sysctl', ['-qw', `net.ipv6.conf.${host}.disable_ipv6=1`]);
    await run('ip', ['netns', 'exec', namespace, 'ethtool', '-K', 'eth0', 'tx', 'off']);
    await run('ip', ['link', 'set', host, 'up']);
    await ovs.vsctl('add-port', bridge, host, '--', 'set', 'interface', host, `ofport_request=${port}`);
  };
  await add(guest, macs.guest, guestPort);
  await add(peer, macs.peer, patchPort);
  const inside = async (namespace: string, command: readonly string[]) =>
    (await run('ip', ['netns', 'exec', namespace, ...command])).stdout;
  return {
    wire: (intent) =>
      ovs.addFlows(bridge, [
        ...compileNetwork([intent], 2n),
        ...compilePort(intent, { guestPort, patchPort, cookie: 0xabn }),
      ]),
    async packetOut(frame) {
      const packet = `packet=${Buffer.from(frame).toString('hex')}`;
      await ovs.ofctl('packet-out', bridge, `in_port=controller ${packet} actions=output:${guestPort}`);
    },
    guest: (...command) => inside(guest, command),
    peer: (...command) => inside(peer, command),
    dump: () => ovs.ofctl('dump-flows', bridge),
    async stop() {
      await ovs.stop();
      for (const namespace of [guest, peer]) await run('ip', ['netns', 'del', namespace]);
    },
  };
}
