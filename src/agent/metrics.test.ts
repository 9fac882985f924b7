import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { renderMetrics, serveMetrics } from './metrics.ts';

test('serves numbers in the form that Prometheus reads, and nothing else', async () => {
  const socketPath = join(mkdtempSync(join(tmpdir(), 'metrics-')), 'metrics.sock');
  const metric = { name: 'sextant_agent_ports_wired', help: 'Ports.', kind: 'gauge', value: 3 } as const;
  const server = await serveMetrics(socketPath, () => [metric]);
  const get = (path: string) =>
    new Promise<string>((resolve, reject) => {
      const asking = request({ socketPath, path }, (response) => {
        response.setEncoding('utf8').on('data', (text: string) => resolve(`${response.statusCode} ${text}`));
        response.on('end', () => resolve(`${response.statusCode}`));
      });
      asking.on('error', reject).end();
    });
  const text =
    '# HELP sextant_agent_ports_wired Ports.\n# TYPE sextant_agent_ports_wired gauge\nsextant_agent_ports_wired 3\n';
  assert.equal(renderMetrics([metric]), text);
  const labelled = {
    ...metric,
    kind: 'counter',
    value: [{ labels: { port: 'p', reason: 'rogue-ra' }, value: 4 }],
  } as const;
  assert.match(renderMetrics([labelled]), /^sextant_agent_ports_wired\{port="p",reason="rogue-ra"\} 4$/m);
  assert.equal(await get('/metrics'), `200 ${text}`);
  assert.equal(await get('/'), '404');
  server.close();
});
