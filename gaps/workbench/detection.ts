import { milliseconds, waitFor } from '../../src/base/index.ts';
import type { PluggedPort } from './workbench.ts';

/** Detection takes up to 2 s (RFC 4862 §5.4.2); a machine may be busy. */
const patience = milliseconds(15_000);

/** Lets the kernel detect duplicates of an address. New flows don't use it by themselves. */
export async function addAddress({ guest, interface: name }: PluggedPort, address: string): Promise<void> {
  await guest.run(['ip', 'address', 'add', `${address}/64`, 'dev', name, 'preferred_lft', '0']);
}

/** Takes it away again. */
export async function removeAddress({ guest, interface: name }: PluggedPort, address: string): Promise<void> {
  await guest.run(['ip', 'address', 'del', `${address}/64`, 'dev', name]);
}

/** How a detection ended: `endless` after more than any kernel takes. */
export type Detection = 'unique' | 'duplicate' | 'endless';

/** Waits until the kernel has decided about an address. */
export async function detectionOf({ guest, interface: name }: PluggedPort, address: string): Promise<Detection> {
  const decided = async (): Promise<Detection | false> => {
    const found = (await guest.addresses(name)).find((one) => one.address === address);
    if (found?.dadFailed) return 'duplicate';
    return found !== undefined && !found.tentative && 'unique';
  };
  return waitFor(`the detection of ${address}`, decided, { within: patience }).catch(() => 'endless');
}

/** The IPv6 addresses that a guest's kernel uses. */
export async function usedAddresses({ guest, interface: name }: PluggedPort): Promise<readonly string[]> {
  const usable = (await guest.addresses(name)).filter((one) => one.family === 6 && !one.tentative && !one.dadFailed);
  return usable.map(({ address }) => address);
}
