import { invariant } from '../src/base/index.ts';
import { southbound } from '../src/ovn/index.ts';
import { namedUuid, openDatabase, operationsOf } from '../src/ovsdb/index.ts';
import type { TestServer } from '../src/ovsdb/testing/index.ts';
import type { SeededPort } from './large-site-parts.ts';

const sb = operationsOf(southbound.schema);

/** What northd and the hosts' ovn-controllers would leave in SB: a chassis for each host, each port bound to its host and up. */
export async function bindPorts(server: TestServer, ports: readonly SeededPort[]): Promise<void> {
  const writer = openDatabase({ schema: southbound.schema, endpoints: [server.unix], select: {} });
  await writer.synchronised();
  // Whatever a transaction names has to be made in it, so one has all that hangs together: a network's ports and their hosts.
  let tunnelKey = 0;
  for (const [host, its] of Map.groupBy(ports, (port) => port.host)) {
    const operations = bindingsOf(host, its, () => ++tunnelKey);
    const answer = await writer.transact(operations);
    invariant(answer.ok, `the bindings of ${host} were refused`);
  }
  await writer.close();
}

/** A datapath for each host's part of a network: the controller does not look at datapaths. */
function bindingsOf(host: string, ports: readonly SeededPort[], nextKey: () => number) {
  const encapsulation = { type: 'geneve', ip: '192.0.2.1', chassis_name: host } as const;
  return [
    sb.insert('Encap', { ...encapsulation, ip: `2001:db8:ffff::${host.slice(1)}` }, 'encap'),
    sb.insert('Chassis', { name: host, hostname: host, encaps: [namedUuid('encap')] }, 'chassis'),
    sb.insert('Datapath_Binding', { tunnel_key: nextKey() }, 'datapath'),
    ...ports.map(({ id }, index) =>
      sb.insert('Port_Binding', {
        logical_port: id,
        datapath: namedUuid('datapath'),
        tunnel_key: index + 1,
        chassis: namedUuid('chassis'),
        up: true,
      }),
    ),
  ];
}
