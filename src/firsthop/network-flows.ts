import { formatPrefix, hostPrefix, prefixFamily } from '../ip/index.ts';
import { onLinkPrefixes, registerMatch, reservedAddresses } from './bindings.ts';
import { claimed, type FlowWriter, goto } from './flow.ts';
import type { PortIntent } from './intent.ts';
import { networkValue, registers } from './registers.ts';
import { tables } from './tables.ts';

/**
 * The flows that all ports of a network share: where guests make addresses of their own, and which addresses nobody
 * learns. What the network has is the same in each of the intents; allowed address pairs are each port's own.
 */
export function describeNetwork(writer: FlowWriter, intents: readonly PortIntent[]): void {
  const guarded = intents.filter(({ portSecurityEnabled, adminStateUp }) => portSecurityEnabled && adminStateUp);
  const [intent] = guarded;
  if (!intent) return;
  const network = `${registers.network}=${networkValue(intent.networkId)}`;
  for (const prefix of new Set(onLinkPrefixes(intent).map(formatPrefix))) {
    const target = ['icmp6', 'icmp_type=135', `nd_target=${prefix}`];
    writer.write(tables.duplicateDetection, 10, [network, ...target], goto(tables.learning));
  }
  const reserved = reservedAddresses(intent).map((address) => registerMatch(hostPrefix(address)));
  for (const address of new Set([...reserved, ...guarded.flatMap(pairedHosts)])) {
    writer.write(tables.claims, 10, [`${registers.address}=${address}`, network], claimed);
  }
}

function pairedHosts({ allowedAddressPairs }: PortIntent): readonly string[] {
  return allowedAddressPairs
    .filter(({ prefix }) => prefixFamily(prefix) === 6 && prefix.length === 128)
    .map(({ prefix }) => registerMatch(prefix));
}
