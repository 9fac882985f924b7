import type { Network } from '../../src/client/index.ts';
import type { Context } from '../contract.ts';
import { expect } from '../probe.ts';
import { addAddress, detectionOf } from './detection.ts';
import type { Neighbours } from './discovery-attacks.ts';
import { expectDuplicateFound } from './neighbours.ts';
import { addressOf, type PluggedPort, type Workbench } from './workbench.ts';

/** The network in which addresses are claimed that others have. */
export interface DuplicateScene extends Neighbours {
  readonly bench: Workbench;
  readonly network: Network;
  /** The router's addresses in the network: the gateway of the subnet, and its link-local one. */
  readonly routerAddresses: readonly [gateway: string, linkLocal: string];
}

interface Claim {
  readonly owner: string;
  readonly claimant: PluggedPort;
  readonly address: string;
}

/** A guest's own detection of an address in use ends as it should (RFC 4862 §5.4.5), wherever the owner is, and if it is down. */
export async function checkDuplicates(context: Context, scene: DuplicateScene): Promise<void> {
  const claims = [...assigned(scene), ...(await madeByGuests(scene)), ...(await ofAbsentGuests(context, scene))];
  claims.push(...(await leased(context, scene)));
  await Promise.all(
    claims.map(({ owner, claimant, address }) =>
      context.probe.part(`a DAD for the address of ${owner} ends dadfailed`, (note) =>
        expectDuplicateFound(claimant, address, note),
      ),
    ),
  );
}

function assigned({ attacker: claimant, near, far, routerAddresses }: DuplicateScene): readonly Claim[] {
  const [gateway, linkLocal] = routerAddresses;
  return [
    { owner: 'a guest on the same host', claimant, address: addressOf(near.port) },
    { owner: 'a guest on another host', claimant, address: addressOf(far.port) },
    { owner: 'the gateway', claimant, address: gateway },
    { owner: 'the router, link-local', claimant, address: linkLocal },
  ];
}

async function madeByGuests({ attacker: claimant, near, far }: DuplicateScene): Promise<readonly Claim[]> {
  const [nearAddress, farAddress] = ['2001:db8:21::d0:1', '2001:db8:21::d0:2'];
  await Promise.all([take(near, nearAddress), take(far, farAddress)]);
  return [
    { owner: 'a guest on the same host, self-made', claimant, address: nearAddress },
    { owner: 'a guest on another host, self-made', claimant, address: farAddress },
  ];
}

/** One that never was plugged in, and one that went away with an address that it had made. */
async function ofAbsentGuests({ guests }: Context, scene: DuplicateScene): Promise<readonly Claim[]> {
  const { attacker: claimant, bench, network } = scene;
  const [, there] = guests.hosts;
  const address = '2001:db8:21::d0:3';
  const [unplugged, gone] = await Promise.all([bench.port(network), bench.plug({ host: there, network })]);
  await take(gone, address);
  await gone.guest.remove();
  return [
    { owner: 'a guest that never was up', claimant, address: addressOf(unplugged) },
    { owner: 'a guest that is down', claimant, address: addressOf(gone.port) },
    { owner: 'a guest that is down, self-made', claimant, address },
  ];
}

/** Addresses that DHCPv6 gives: one that is leased, and one that nobody has asked for yet. */
async function leased({ guests }: Context, { bench, attacker }: DuplicateScene): Promise<readonly Claim[]> {
  const [here, there] = guests.hosts;
  const network = await bench.network();
  const modes = { ipv6_ra_mode: 'dhcpv6-stateful', ipv6_address_mode: 'dhcpv6-stateful' } as const;
  await bench.subnet(network, { cidr: '2001:db8:21:1::/64', ...modes });
  const [claimant, owner, idle] = await Promise.all([
    bench.plug({ host: here, network, guest: attacker.guest }),
    bench.plug({ host: there, network }),
    bench.port(network),
  ]);
  const { succeeded } = await owner.guest.dhclient();
  expect(succeeded, 'the owner of a DHCPv6 address gets no lease');
  return [
    { owner: 'a guest on another host, leased', claimant, address: addressOf(owner.port) },
    { owner: 'a guest that has not leased it yet', claimant, address: addressOf(idle) },
  ];
}

async function take(plugged: PluggedPort, address: string): Promise<void> {
  await addAddress(plugged, address);
  const detection = await detectionOf(plugged, address);
  expect(detection === 'unique', `${plugged.guest.name} can’t take ${address}: ${detection}`);
}
