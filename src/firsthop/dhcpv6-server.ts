import { type Address, equalAddress, prefixContains, prefixFamily } from '../ip/index.ts';
import {
  type Dhcpv6Message,
  type Dhcpv6MessageType,
  type Dhcpv6Option,
  type Dhcpv6Status,
  dhcpv6OptionCodes,
  duidLinkLayer,
  equalBytes,
  type IaAddress,
  type IdentityAssociation,
} from '../packet/index.ts';
import { responder } from './bindings.ts';
import type { PortIntent, SubnetIntent } from './intent.ts';
import type { LeaseEvent } from './lease.ts';
import { uniqueAddresses } from './router-advertisement.ts';

/**
 * The server's DUID. It is one for every host and network, so that a guest that has moved to another host renews with
 * the server that it knows.
 */
export const serverDuid: Uint8Array = duidLinkLayer(responder.mac);

/** The server's reply to a DHCPv6 message, and the leases that it grants or ends. */
export interface Dhcpv6Answer {
  readonly reply: Dhcpv6Message;
  readonly leases: readonly LeaseEvent[];
}

/**
 * More associations than any client has: it needs one of each kind for an interface (RFC 8415 §12.1). The reply grows
 * with them, so a message with more is met with silence.
 */
const mostAssociations = 16;

/**
 * Answers a client's message (RFC 8415 §18.3), or says nothing where the RFC says to discard it, where it is out of all
 * proportion, or where no subnet of the network has DHCPv6. The server keeps no state: the bindings are the port's fixed
 * addresses in stateful subnets, of which a reply has as many as the caller has room for.
 */
export function answerDhcpv6(
  intent: PortIntent,
  message: Dhcpv6Message,
  mostAddresses = Number.POSITIVE_INFINITY,
): Dhcpv6Answer | undefined {
  const service = serviceOf(intent, mostAddresses);
  const request = mergeAssociations(message);
  if (service.subnets.length === 0 || !isAcceptable(request)) return undefined;
  switch (request.type) {
    case 'solicit':
      return answerSolicit(service, request);
    case 'request':
      return answerAssociations(service, request, assign);
    case 'renew':
    case 'rebind':
      return answerAssociations(service, request, extend);
    case 'confirm':
      return answerConfirm(service, request);
    case 'release':
      return answerGivenBack(service, request, 'released');
    case 'decline':
      return answerGivenBack(service, request, 'declined');
    case 'information-request':
      return { reply: replyTo(service, request, []), leases: [] };
    default:
      return undefined;
  }
}

/**
 * Whether the subnet's ports ask our DHCPv6. A subnet without modes assigns addresses by it, though nothing advertises that,
 * as in Neutron (agent/linux/dhcp.py).
 */
export function servesDhcpv6(subnet: SubnetIntent): boolean {
  return (
    subnet.dhcpEnabled && prefixFamily(subnet.prefix) === 6 && addressModeOf(subnet)?.startsWith('dhcpv6') === true
  );
}

function addressModeOf({ raMode, addressMode }: SubnetIntent): SubnetIntent['addressMode'] {
  return raMode || addressMode ? addressMode : 'dhcpv6-stateful';
}

/** What DHCPv6 has to give to one port. */
interface Service {
  /** The subnets whose address mode is DHCPv6, of either kind. */
  readonly subnets: readonly SubnetIntent[];
  /** The subnets where addresses are assigned. */
  readonly stateful: readonly SubnetIntent[];
  readonly assigned: readonly Binding[];
  /** Most addresses of a reply, those included that the client must stop using. */
  readonly mostAddresses: number;
}

interface Binding {
  readonly address: Address;
  readonly preferredLifetimeSeconds: number;
  readonly validLifetimeSeconds: number;
}

function serviceOf({ subnets: all, fixedAddresses }: PortIntent, mostAddresses: number): Service {
  const subnets = all.filter(servesDhcpv6);
  const stateful = subnets.filter((subnet) => addressModeOf(subnet) === 'dhcpv6-stateful');
  const assigned = stateful.flatMap((subnet) =>
    fixedAddresses
      .filter(({ subnetId, address }) => subnetId === subnet.id && address.family === prefixFamily(subnet.prefix))
      .map(({ address }) => ({
        address,
        preferredLifetimeSeconds: Math.min(subnet.preferredLifetimeSeconds, subnet.validLifetimeSeconds),
        validLifetimeSeconds: subnet.validLifetimeSeconds,
      })),
  );
  return { subnets, stateful, assigned, mostAddresses };
}

/** Associations that have one kind and identifier are one (RFC 8415 §12.1): each gets one answer. */
function mergeAssociations(message: Dhcpv6Message): Dhcpv6Message {
  const merged = new Map<unknown, Dhcpv6Option>();
  for (const option of message.options) {
    const key = 'iaid' in option ? `${option.kind} ${option.iaid}` : option;
    const known = merged.get(key);
    const isSame = known && 'iaid' in known && 'iaid' in option;
    merged.set(key, isSame ? { ...known, options: [...known.options, ...option.options] } : option);
  }
  return { ...message, options: [...merged.values()] };
}

/** Which identifiers must be there, and which must not: RFC 8415 §16.2 to §16.12. */
const identifierRules: Partial<Record<Dhcpv6MessageType, { readonly client: boolean; readonly server: boolean }>> = {
  solicit: { client: true, server: false },
  request: { client: true, server: true },
  confirm: { client: true, server: false },
  renew: { client: true, server: true },
  rebind: { client: true, server: false },
  release: { client: true, server: true },
  decline: { client: true, server: true },
};

function isAcceptable({ type, options }: Dhcpv6Message): boolean {
  if (options.filter((option) => option.kind.startsWith('ia-')).length > mostAssociations) return false;
  const client = options.some((option) => option.kind === 'client-id');
  const server = options.find((option) => option.kind === 'server-id');
  if (server?.kind === 'server-id' && !equalBytes(server.duid, serverDuid)) return false;
  if (type === 'information-request') return !options.some((option) => option.kind.startsWith('ia-'));
  const rule = identifierRules[type];
  return rule !== undefined && rule.client === client && rule.server === (server !== undefined);
}

/** `free` are the port's bindings that no other association has. */
type Associate = (service: Service, association: IdentityAssociation, free: readonly Binding[]) => Outcome;

interface Outcome {
  readonly bindings: readonly Binding[];
  /** Addresses that the client must stop using. */
  readonly withdrawn: readonly Address[];
  readonly status?: Dhcpv6Status;
}

function answerSolicit(service: Service, request: Dhcpv6Message): Dhcpv6Answer {
  const isRapid = request.options.some((option) => option.kind === 'rapid-commit');
  const answer = answerAssociations(service, request, (_service, _association, free) => offer(free));
  if (isRapid) {
    const options = [...answer.reply.options, { kind: 'rapid-commit' } as const];
    return { reply: { ...answer.reply, options }, leases: answer.leases };
  }
  // The highest preference, so that the client doesn't wait for other servers (RFC 8415 §18.2.1).
  const options = [...answer.reply.options, { kind: 'preference', value: 255 } as const];
  return { reply: { ...answer.reply, type: 'advertise', options }, leases: [] };
}

function answerAssociations(service: Service, request: Dhcpv6Message, associate: Associate): Dhcpv6Answer {
  const leases: LeaseEvent[] = [];
  const holders = holdersOf(service, request);
  const given = new Set<Binding>();
  let room = service.mostAddresses;
  const options = request.options.flatMap((option): readonly Dhcpv6Option[] => {
    if (option.kind === 'ia-ta') return [{ ...option, options: [status('no-addrs-avail')] }];
    if (option.kind === 'ia-pd') return [refusal(option, 'no-prefix-avail')];
    if (option.kind !== 'ia-na') return [];
    const free = service.assigned.filter((one) => !given.has(one) && isFreeFor(option, holders.get(one)));
    // Those first that it has: of more than a reply holds, they go on.
    const inOrder = free.toSorted((a, b) => Number(has(option, b)) - Number(has(option, a)));
    const outcome = cutTo(room, associate(service, option, inOrder));
    room -= outcome.bindings.length + outcome.withdrawn.length;
    for (const binding of outcome.bindings) given.add(binding);
    leases.push(...outcome.bindings.map((binding) => leased(request, option.iaid, binding)));
    return [association(option, outcome)];
  });
  return { reply: replyTo(service, request, options), leases };
}

/** What a reply has room for of an outcome. The client asks again for what it lacks, or for more. */
function cutTo(room: number, { bindings, withdrawn, ...rest }: Outcome): Outcome {
  const kept = {
    bindings: bindings.slice(0, room),
    withdrawn: withdrawn.slice(0, Math.max(0, room - bindings.length)),
  };
  const isNone = bindings.length > 0 && kept.bindings.length === 0;
  return { ...rest, ...kept, ...(isNone && { status: 'no-addrs-avail' as const }) };
}

/** All of the port's addresses go to the first association that asks; a second one finds none left. */
function offer(free: readonly Binding[]): Outcome {
  return { bindings: free, withdrawn: [], ...(free.length === 0 && { status: 'no-addrs-avail' as const }) };
}

/** RFC 8415 §18.3.2. */
function assign(service: Service, association: IdentityAssociation, free: readonly Binding[]): Outcome {
  const isForeign = listed(association).some((address) => !isOnLink(service, address));
  if (isForeign) return { bindings: [], withdrawn: [], status: 'not-on-link' };
  return offer(free);
}

/** RFC 8415 §18.3.4, §18.3.5: what the port lost since gets lifetimes of 0, what it gained is added. */
function extend(service: Service, association: IdentityAssociation, free: readonly Binding[]): Outcome {
  const withdrawn = listed(association).filter((address) => !service.assigned.some(same(address)));
  if (free.length === 0 && withdrawn.length === 0) return { bindings: free, withdrawn, status: 'no-binding' };
  return { bindings: free, withdrawn };
}

/** RFC 8415 §18.3.3: whether the addresses fit the link, whoever they belong to; without addresses, silence. */
function answerConfirm(service: Service, request: Dhcpv6Message): Dhcpv6Answer | undefined {
  const addresses = associations(request).flatMap(listed);
  if (addresses.length === 0) return undefined;
  const isFitting = addresses.every((address) => isOnLink(service, address));
  return { reply: replyTo(service, request, [status(isFitting ? 'success' : 'not-on-link')]), leases: [] };
}

/** RFC 8415 §18.3.7, §18.3.8: success, whatever was given back; associations without a binding are named. */
function answerGivenBack(service: Service, request: Dhcpv6Message, kind: 'released' | 'declined'): Dhcpv6Answer {
  const known = (address: Address) => service.assigned.some(same(address));
  const strangers = associations(request).filter((one) => !listed(one).some(known));
  // By what there is to give back, as a client may name one address a thousand times.
  const leases = associations(request).flatMap((one) =>
    service.assigned
      .filter(({ address }) => includes(listed(one), address))
      .map(({ address }) => ({ kind, address, clientId: clientId(request), iaid: one.iaid, validLifetimeSeconds: 0 })),
  );
  const options = [status('success'), ...strangers.map((one) => refusal(one, 'no-binding'))];
  return { reply: replyTo(service, request, options), leases };
}

/** A reply that names both sides and carries what the client asked to know. */
function replyTo(service: Service, request: Dhcpv6Message, options: readonly Dhcpv6Option[]): Dhcpv6Message {
  const client = request.options.filter((option) => option.kind === 'client-id');
  return {
    type: 'reply',
    transactionId: request.transactionId,
    options: [{ kind: 'server-id', duid: serverDuid }, ...client, ...options, ...configuration(service, request)],
  };
}

function configuration({ subnets }: Service, { type, options }: Dhcpv6Message): readonly Dhcpv6Option[] {
  const codes = options.flatMap((option) => (option.kind === 'option-request' ? option.codes : []));
  const asks = (kind: keyof typeof dhcpv6OptionCodes) => codes.includes(dhcpv6OptionCodes[kind]);
  const servers = uniqueAddresses(subnets.flatMap((subnet) => subnet.dnsServers)).filter(({ family }) => family === 6);
  const domains = [...new Set(subnets.flatMap((subnet) => subnet.searchDomains))];
  const found: Dhcpv6Option[] = [];
  if (asks('dns-servers') && servers.length > 0) found.push({ kind: 'dns-servers', servers });
  if (asks('domain-list') && domains.length > 0) found.push({ kind: 'domain-list', domains });
  if (asks('information-refresh-time') && type === 'information-request') {
    found.push({ kind: 'information-refresh-time', seconds: 86_400 }); // RFC 8415 §21.23: the default
  }
  return found;
}

function association({ kind, iaid }: IdentityAssociation, { bindings, withdrawn, status: why }: Outcome): Dhcpv6Option {
  const shortest = Math.min(...bindings.map((binding) => binding.preferredLifetimeSeconds));
  const options: Dhcpv6Option[] = [
    ...bindings.map((binding): IaAddress => ({ kind: 'ia-address', ...binding, options: [] })),
    ...withdrawn.map((address): IaAddress => ({ kind: 'ia-address', address, ...expired, options: [] })),
  ];
  if (why) options.push(status(why));
  return { kind, iaid, t1Seconds: fraction(shortest, 0.5), t2Seconds: fraction(shortest, 0.8), options };
}

const expired = { preferredLifetimeSeconds: 0, validLifetimeSeconds: 0 } as const;
const forever = 0xffffffff;

/** RFC 8415 §21.4: T1 and T2 are 0.5 and 0.8 times the shortest preferred lifetime; 0 leaves them to the client. */
function fraction(lifetimeSeconds: number, part: number): number {
  if (!Number.isFinite(lifetimeSeconds)) return 0;
  return lifetimeSeconds === forever ? forever : Math.floor(lifetimeSeconds * part);
}

function refusal(one: IdentityAssociation, why: Dhcpv6Status): IdentityAssociation {
  return { ...one, t1Seconds: 0, t2Seconds: 0, options: [status(why)] };
}

function status(why: Dhcpv6Status): Dhcpv6Option {
  return { kind: 'status-code', status: why, message: '' };
}

function leased(request: Dhcpv6Message, iaid: number, { address, validLifetimeSeconds }: Binding): LeaseEvent {
  return { kind: 'leased', address, clientId: clientId(request), iaid, validLifetimeSeconds };
}

function clientId({ options }: Dhcpv6Message): string {
  const found = options.find((option) => option.kind === 'client-id');
  return found?.kind === 'client-id' ? Buffer.from(found.duid).toString('hex') : '';
}

function associations({ options }: Dhcpv6Message): readonly IdentityAssociation[] {
  return options.flatMap((option) => (option.kind === 'ia-na' ? [option] : []));
}

/** The request's associations that name each of the port's addresses: it stays theirs. */
function holdersOf(
  { assigned }: Service,
  request: Dhcpv6Message,
): ReadonlyMap<Binding, readonly IdentityAssociation[]> {
  const all = associations(request).map((one) => ({ one, addresses: listed(one) }));
  return new Map(
    assigned.map((binding) => {
      const holding = all.filter(({ addresses }) => includes(addresses, binding.address));
      return [binding, holding.map(({ one }) => one)];
    }),
  );
}

function has(association: IdentityAssociation, { address }: Binding): boolean {
  return includes(listed(association), address);
}

function isFreeFor(association: IdentityAssociation, holders: readonly IdentityAssociation[] = []): boolean {
  return holders.length === 0 || holders.includes(association);
}

function listed({ options }: IdentityAssociation): readonly Address[] {
  return uniqueAddresses(options.flatMap((option) => (option.kind === 'ia-address' ? [option.address] : [])));
}

function isOnLink({ stateful }: Service, address: Address): boolean {
  return stateful.some((subnet) => prefixContains(subnet.prefix, address));
}

function same(address: Address): (binding: Binding) => boolean {
  return (binding) => equalAddress(binding.address, address);
}

function includes(all: readonly Address[], address: Address): boolean {
  return all.some((one) => equalAddress(one, address));
}
