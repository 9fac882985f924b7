import { invariant } from '../src/base/index.ts';
import { label, labelIndex, northbound } from '../src/ovn/index.ts';
import { namedUuid, openDatabase, operationsOf } from '../src/ovsdb/index.ts';
import { startServer, type TestServer } from '../src/ovsdb/testing/index.ts';
import type { Bench, Figure } from './figure.ts';
import { percentile } from './statistics.ts';

const switchCount = 100;
const portsPerSwitch = 1000;
const readings = 3;
const nb = operationsOf(northbound.schema);

/** From the connection to a complete replica of a northbound database with 100,000 ports, rows per second. */
export const ovsdbIngestRowsPerS: Figure = {
  name: 'ovsdb_ingest_rows_per_s',
  unit: 'rows/s',
  scope: 'lab',
  async measure(bench) {
    const server = await startServer({ schema: '/usr/share/ovn/ovn-nb.ovsschema' });
    try {
      await fill(server, bench);
      const rates: number[] = [];
      for (let reading = 1; reading <= readings; reading++) {
        bench.progress(`reading ${reading} of ${readings}`);
        rates.push(await ingest(server));
      }
      return percentile(rates, 50);
    } finally {
      await server.stop();
    }
  },
};

async function ingest({ unix }: TestServer): Promise<number> {
  const start = performance.now();
  const database = openDatabase({
    schema: northbound.schema,
    endpoints: [unix],
    select: {
      Logical_Switch: { columns: ['name', 'ports', 'other_config', 'external_ids'] },
      Logical_Switch_Port: { columns: ['name', 'type', 'addresses', 'options', 'enabled', 'up', 'external_ids'] },
    },
    indexes: { Logical_Switch_Port: { owner: labelIndex(label.owner) } },
  });
  await database.synchronised();
  const seconds = (performance.now() - start) / 1000;
  const rows = database.replica.table('Logical_Switch_Port').size + database.replica.table('Logical_Switch').size;
  await database.close();
  invariant(rows === switchCount * (portsPerSwitch + 1), `${rows} rows were read`);
  return rows / seconds;
}

async function fill(server: TestServer, bench: Bench): Promise<void> {
  const writer = openDatabase({ schema: northbound.schema, endpoints: [server.unix], select: {} });
  await writer.synchronised();
  for (let index = 0; index < switchCount; index++) {
    if (index % 20 === 0) bench.progress(`writing switch ${index} of ${switchCount}`);
    const answer = await writer.transact(switchWithPorts(index));
    invariant(answer.ok, `switch ${index} was refused`);
  }
  await writer.close();
}

function switchWithPorts(index: number) {
  const numbers = Array.from({ length: portsPerSwitch }, (_, port) => index * portsPerSwitch + port);
  const ports = numbers.map((number) => {
    const hex = number.toString(16).padStart(6, '0');
    const id = `00000000-0000-4000-8000-000000${hex}`;
    const mac = `fa:16:3e:${hex.slice(0, 2)}:${hex.slice(2, 4)}:${hex.slice(4)}`;
    const row = {
      name: id,
      addresses: [`${mac} 2001:db8:${index.toString(16)}::${hex.slice(2)}`],
      options: { requested_chassis: 'host-1' },
      enabled: true,
      external_ids: { [label.owner]: `port/${id}`, [label.revision]: '1' },
    };
    return nb.insert('Logical_Switch_Port', row, `port${number}`);
  });
  const names = numbers.map((number) => namedUuid(`port${number}`));
  return [...ports, nb.insert('Logical_Switch', { name: `neutron-${index}`, ports: names })];
}
