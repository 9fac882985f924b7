import { waitFor } from '../../src/base/index.ts';
import type { Guest } from '../contract.ts';
import { expect, type Note } from '../probe.ts';
import { addAddress, detectionOf, removeAddress } from './detection.ts';
import { aMac, anAddress, type Station } from './frames.ts';
import type { PluggedPort } from './workbench.ts';

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
export async function expectDuplicateFound(claimant: PluggedPort, address: string, note: Note): Promise<void> {
  const { name } = claimant.guest;
  await addAddress(claimant, address);
  const detection = await detectionOf(claimant, address).finally(() => removeAddress(claimant, address));
  note(`the detection of ${address} by ${name} ended ${detection}`);
  expect(detection === 'duplicate', `${name} did not find the duplicate of ${address}`);
}

/** The default router of a guest, as the guest has it in its tables. */
export async function routerOf({ guest, interface: name }: PluggedPort): Promise<Station> {
  const gateway = await waitFor('the default route', () => defaultGateway(guest));
  await guest.reaches(`${gateway}%${name}`);
  const { stdout } = await guest.run(['ip', '-6', 'neighbour', 'show', 'to', gateway, 'dev', name]);
  return { mac: aMac(/lladdr (\S+)/.exec(stdout)?.[1] ?? ''), address: anAddress(gateway) };
}

async function defaultGateway(guest: Guest): Promise<string | undefined> {
  const routes = await guest.routes(6);
  return routes.find(({ destination }) => destination === 'default')?.gateway;
}
