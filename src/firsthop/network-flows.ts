import { formatPrefix, hostPrefix, prefixFamily } from '../ip/index.ts';
import { onLinkPrefixes, registerMatch, reservedAddresses } from './bindings.ts';
import { claimed, type FlowWriter, goto } from './flow.ts';
import type { PortIntent } from './intent.ts';
import { networkValue, registers } from './registers.ts';
import { tables } from './tables.ts';

/**
 * The flows that all ports of a network share: where guests make addresses of their own, and which addresses nobody
 * learns. While a change of the network is on its way to each port's intent, what any of them says holds.
 */
export function describeNetwork(writer: FlowWriter, intents: readonly PortIntent[]): void {
  const guarded = intents.filter(({ portSecurityEnabled, adminStateUp }) => portSecurityEnabled && adminStateUp);
  const [intent] = guarded;
  if (!intent) return;
  const network = `${registers.network}=${networkValue(intent.networkId)}`;
  const facts = [...new Set(guarded.map(factsOf))];
  for (const prefix of new Set(facts.flatMap(({ prefixes }) => prefixes))) {
    const target = ['icmp6', 'icmp_type=135', `nd_target=${prefix}`];
    writer.write(tables.duplicateDetection, 10, [network, ...target], goto(tables.learning));
  }
  for (const address of new Set([...facts.flatMap(({ claims }) => claims), ...guarded.flatMap(pairedHosts)])) {
    writer.write(tables.claims, 10, [`${registers.address}=${address}`, network], claimed);
  }
}

/** What an intent says of its network, as values of matches. */
interface NetworkFacts {
  readonly routers: PortIntent['routers'];
  /** Where guests make addresses of their own. */
  readonly prefixes: readonly string[];
  /** The addresses of routers. */
  readonly claims: readonly string[];
}

/** By the subnets, which the intents of a network have in common. */
const known = new WeakMap<PortIntent['subnets'], NetworkFacts>();

function factsOf(intent: PortIntent): NetworkFacts {
  const { subnets, routers } = intent;
  const found = known.get(subnets);
  if (found?.routers === routers) return found;
  const facts = {
    routers,
    prefixes: onLinkPrefixes(intent).map(formatPrefix),
    claims: reservedAddresses(intent).map((address) => registerMatch(hostPrefix(address))),
  };
  known.set(subnets, facts);
  return facts;
}

function pairedHosts({ allowedAddressPairs }: PortIntent): readonly string[] {
  return allowedAddressPairs
    .filter(({ prefix }) => prefixFamily(prefix) === 6 && prefix.length === 128)
    .map(({ prefix }) => registerMatch(prefix));
}
