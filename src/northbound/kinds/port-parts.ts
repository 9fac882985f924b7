import type { Predicate, Reader } from '../../kit/index.ts';
import { networkTable, type PortId, portTable, readPortPart } from '../../resources/index.ts';
import type { Kind } from '../kind.ts';

/** Room for the ports of a part, which may be hundreds: a few parts make a transaction. */
const weight = 500;

/** A part of the ports that have a QoS policy: they are looked at again when its rules change. */
export const qosPolicyPortsKind: Kind<readonly PortId[]> = portsKind('qos-policy-ports', async (reader, policyId) => {
  const withPolicy: Predicate = { kind: 'in', column: 'qos_policy_id', values: [policyId] };
  const networkIds = await reader.listIds(networkTable, { where: withPolicy });
  return { kind: 'any', of: [withPolicy, { kind: 'in', column: 'network_id', values: networkIds }] };
});

/** A part of the ports of a network: they are looked at again when it is switched on or off, or gets another policy. */
export const networkPortsKind: Kind<readonly PortId[]> = portsKind('network-ports', async (_, networkId) => ({
  kind: 'in',
  column: 'network_id',
  values: [networkId],
}));

function portsKind(kind: string, portsOf: (reader: Reader, id: string) => Promise<Predicate>): Kind<readonly PortId[]> {
  return {
    kind,
    weight,
    async read({ reader, turn }, keyIds) {
      const parts = new Map<string, readonly PortId[]>();
      for (const keyId of keyIds) {
        const { id, first, end } = readPortPart(keyId);
        const of: Predicate[] = [
          await portsOf(reader, id),
          { kind: 'compare', column: 'id', operator: '>', value: first },
          { kind: 'compare', column: 'id', operator: '<', value: end },
        ];
        parts.set(keyId, await reader.listIds(portTable, { where: { kind: 'all', of } }));
        await turn();
      }
      return parts;
    },
    related: (portIds) => portIds.map((id) => ({ kind: 'port', id })),
  };
}
