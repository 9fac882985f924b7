import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Port } from '../client/index.ts';
import { CliError } from './context.ts';

const execute = promisify(execFile);

/** Plugs an interface of this machine into the bridge that the port's binding names, as os-vif does for Nova. */
export async function plugInterface(interfaceName: string, port: Port): Promise<void> {
  const bridge = port['binding:vif_details']?.bridge_name;
  await vsctl(
    ...['--may-exist', 'add-port', typeof bridge === 'string' ? bridge : 'br-int', interfaceName],
    ...['--', 'set', 'Interface', interfaceName],
    `external_ids:iface-id="${port.id}"`,
    `external_ids:attached-mac="${port.mac_address}"`,
    'external_ids:iface-status=active',
    `external_ids:vm-uuid="${port.device_id || interfaceName}"`,
  );
}

/** Takes an interface off the bridge that it is on. It may be gone already. */
export async function unplugInterface(interfaceName: string): Promise<void> {
  await vsctl('--if-exists', 'del-port', interfaceName);
}

async function vsctl(...args: string[]): Promise<void> {
  try {
    await execute('ovs-vsctl', ['--timeout=10', ...args]);
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message.trim() : String(error));
  }
}
