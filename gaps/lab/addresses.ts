import type { GuestAddress, GuestRoute } from './types.ts';

/** The fields of `ip -json address` that are read here (ip-address(8)). */
interface LinkJson {
  readonly ifname: string;
  readonly addr_info?: readonly AddressJson[];
}

interface AddressJson {
  readonly family: string;
  readonly local?: string;
  readonly prefixlen: number;
  readonly scope: string;
  readonly tentative?: boolean;
  readonly deprecated?: boolean;
  readonly temporary?: boolean;
  readonly dynamic?: boolean;
  readonly dadfailed?: boolean;
  readonly valid_life_time?: number;
  readonly preferred_life_time?: number;
}

interface RouteJson {
  readonly dst: string;
  readonly gateway?: string;
  readonly via?: { readonly host: string };
  readonly dev?: string;
  readonly protocol?: string;
  readonly metric?: number;
  readonly nexthops?: readonly { readonly gateway?: string; readonly dev: string }[];
}

const forever = 0xffff_ffff;

/** The addresses in the output of `ip -json address`, each with its interface. */
export function parseAddresses(json: string): readonly GuestAddress[] {
  const links: readonly LinkJson[] = JSON.parse(json);
  // `ip` prints an empty object for a link that it filters out
  return links.flatMap(({ ifname, addr_info = [] }) => addr_info.flatMap((entry) => guestAddress(ifname, entry)));
}

function guestAddress(interfaceName: string, entry: AddressJson): GuestAddress[] {
  if (entry.local === undefined) return [];
  const finite = (life: number | undefined): number | undefined => (life === forever ? undefined : life);
  return [
    {
      interface: interfaceName,
      family: entry.family === 'inet6' ? 6 : 4,
      address: entry.local,
      prefixLength: entry.prefixlen,
      scope: scopeOf(entry.scope),
      tentative: entry.tentative ?? false,
      deprecated: entry.deprecated ?? false,
      temporary: entry.temporary ?? false,
      dynamic: entry.dynamic ?? false,
      dadFailed: entry.dadfailed ?? false,
      validLifetime: finite(entry.valid_life_time),
      preferredLifetime: finite(entry.preferred_life_time),
    },
  ];
}

function scopeOf(scope: string): GuestAddress['scope'] {
  return scope === 'link' || scope === 'host' || scope === 'site' ? scope : 'global';
}

/** A route with several next hops (two routers that advertise themselves) answers one entry for each. */
export function parseRoutes(json: string): readonly GuestRoute[] {
  const routes: readonly RouteJson[] = JSON.parse(json);
  return routes.flatMap((route) =>
    (route.nexthops ?? [route]).map((hop) => ({
      destination: route.dst,
      gateway: hop.gateway ?? route.via?.host,
      interface: hop.dev ?? '',
      protocol: route.protocol ?? '',
      metric: route.metric,
    })),
  );
}
