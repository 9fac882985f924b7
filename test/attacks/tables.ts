import type { Guest } from '../../gaps/contract.ts';
import { owns, type Suspect } from '../../gaps/workbench/onlookers.ts';
import { formatAddress } from '../../src/ip/index.ts';
import type { Scene } from './scene.ts';

/** Routes and addresses of a guest that no router of its network advertises. */
export async function foreignRoutes(guest: Guest, { router }: Scene): Promise<readonly string[]> {
  const gateway = formatAddress(router.address);
  const [routes, addresses] = await Promise.all([guest.routes(6), guest.addresses()]);
  const isForeign = (destination: string) => !/^(default|fe80:|2001:db8:[abc]:|ff00:|multicast)/.test(destination);
  return [
    ...routes
      .filter((route) => route.gateway !== undefined && route.gateway !== gateway)
      .map(({ gateway: by }) => `${by}`),
    ...routes.filter(({ destination }) => isForeign(destination)).map(({ destination }) => destination),
    ...addresses.filter(({ scope, address }) => scope === 'global' && isForeign(address)).map(({ address }) => address),
  ];
}

/**
 * What OVN's routers have learned of the suspect's MAC that it never owned (ovn-sb(5) MAC_Binding). What it has owned stays there
 * for a while, behind what the routers know of the new owner by declaration.
 */
export async function routerPoison({ lab }: Scene, suspect: Suspect): Promise<readonly string[]> {
  const rows = await lab.central.sbctl('--format=csv', '--no-heading', '--columns=ip,mac', 'list', 'MAC_Binding');
  const bindings = rows.split('\n').map((row) => row.replaceAll('"', '').split(','));
  return bindings.flatMap(([ip, boundTo]) =>
    ip !== undefined && boundTo === suspect.mac && !owns(suspect, ip, 0) ? [ip] : [],
  );
}
