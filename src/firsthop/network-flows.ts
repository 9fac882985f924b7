import { onLinkPrefixes, registerMatch } from './bindings.ts';
import { claimByData, type FlowWriter } from './flow.ts';
import type { PortIntent } from './intent.ts';
import { networkValue, registers } from './registers.ts';
import { tables } from './tables.ts';

/** The flows that all ports of a network share: where guests make addresses of their own. It is the same in each intent. */
export function describeNetwork(writer: FlowWriter, intents: readonly PortIntent[]): void {
  const intent = intents.find(({ portSecurityEnabled, adminStateUp }) => portSecurityEnabled && adminStateUp);
  if (!intent) return;
  const network = `${registers.network}=${networkValue(intent.networkId)}`;
  for (const prefix of new Set(onLinkPrefixes(intent).map(registerMatch))) {
    writer.write(tables.unknownAddress, 10, [`${registers.address}=${prefix}`, network], claimByData);
  }
}
