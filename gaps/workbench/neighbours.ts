import { milliseconds, waitFor } from '../../src/base/index.ts';
import type { Guest } from '../contract.ts';
import { expect, type Note } from '../probe.ts';

/** No echo comes back, and still the kernel knows the neighbour's MAC: ND and ARP work where nothing else does. */
export async function expectResolvedOnly(
  guest: Guest,
  { address, mac }: { readonly address: string; readonly mac: string },
  note: Note,
): Promise<void> {
  const { received, sent } = await guest.ping(address, { count: 3, waitSeconds: 0.3 });
  const { stdout } = await guest.run(['ip', 'neighbour', 'show', 'to', address]);
  note(`${guest.name} -> ${address}: ${received} of ${sent} echoes; neighbour ${stdout.trim() || 'unknown'}`);
  expect(received === 0, `${address} answers ${received} of ${sent} echoes`);
  expect(stdout.includes(mac), `${address} is not resolved`);
}

/** The guest takes an address that another one has, and its kernel finds out by duplicate address detection. */
export async function expectDuplicateFound(guest: Guest, address: string, note: Note): Promise<void> {
  const change = (verb: 'add' | 'del') => guest.run(['ip', 'address', verb, `${address}/64`, 'dev', 'eth0']);
  await change('add');
  const duplicate = async () => (await guest.addresses()).some((one) => one.address === address && one.dadFailed);
  try {
    await waitFor(`${guest.name} to find the duplicate of ${address}`, duplicate, { within: milliseconds(5_000) });
  } finally {
    await change('del');
  }
  note(`${guest.name} found the duplicate of ${address}`);
}
