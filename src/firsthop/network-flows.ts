import { formatPrefix, hostPrefix, prefixFamily } from '../ip/index.ts';
import { onLinkPrefixes, registerMatch, reservedAddresses } from './bindings.ts';
import { claimed, type FlowWriter, goto } from './flow.ts';
import type { PortIntent } from './intent.ts';
import { networkValue, registers } from './registers.ts';
import { tables } from './tables.ts';

/** What one port's intent says of its network, as values of matches. */
interface NetworkFacts {
  /** Where guests make addresses of their own. */
  readonly prefixes: readonly string[];
  /** Addresses that nobody learns. */
  readonly claims: readonly string[];
}

/**
 * The flows that all ports of a network share: where guests make addresses of their own, and which addresses nobody
 * learns. While a change of the network is on its way to each port's intent, what any of them says holds.
 */
export function describeNetwork(writer: FlowWriter, intents: readonly PortIntent[]): void {
  const [intent] = intents;
  if (!intent) return;
  const facts = intents.map(factsOf);
  const network = `${registers.network}=${networkValue(intent.networkId)}`;
  for (const prefix of new Set(facts.flatMap(({ prefixes }) => prefixes))) {
    const target = ['icmp6', 'icmp_type=135', `nd_target=${prefix}`];
    writer.write(tables.duplicateDetection, 10, [network, ...target], goto(tables.learning));
  }
  for (const address of new Set(facts.flatMap(({ claims }) => claims))) {
    writer.write(tables.claims, 10, [`${registers.address}=${address}`, network], claimed);
  }
}

/** A change of one port has the flows of its network compiled again: the intents of all others are as they were. */
const known = new WeakMap<PortIntent, NetworkFacts>();

function factsOf(intent: PortIntent): NetworkFacts {
  const facts = known.get(intent) ?? readFacts(intent);
  known.set(intent, facts);
  return facts;
}

function readFacts(intent: PortIntent): NetworkFacts {
  if (!intent.portSecurityEnabled || !intent.adminStateUp) return { prefixes: [], claims: [] };
  const paired = intent.allowedAddressPairs.map(({ prefix }) => prefix);
  const hosts = paired.filter((prefix) => prefixFamily(prefix) === 6 && prefix.length === 128);
  return {
    prefixes: onLinkPrefixes(intent).map(formatPrefix),
    claims: [...reservedAddresses(intent).map(hostPrefix), ...hosts].map(registerMatch),
  };
}
