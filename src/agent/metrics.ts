import { rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';

/** One number that a monitoring system should see. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly kind: 'gauge' | 'counter';
  readonly value: number | readonly LabelledValue[];
}

/** A number of its own for each value of some labels, which need no escaping. */
export interface LabelledValue {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Prometheus' text format, version 0.0.4. */
export function renderMetrics(metrics: readonly Metric[]): string {
  return metrics
    .map(({ name, help, kind, value }) => `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n${samples(name, value)}`)
    .join('');
}

function samples(name: string, value: Metric['value']): string {
  if (typeof value === 'number') return `${name} ${value}\n`;
  const labelsOf = (labels: LabelledValue['labels']) =>
    Object.entries(labels)
      .map(([label, text]) => `${label}="${text}"`)
      .join();
  return value.map((one) => `${name}{${labelsOf(one.labels)}} ${one.value}\n`).join('');
}

/** Serves `GET /metrics` on a unix socket: a host may have no address that is the operator's. */
export async function serveMetrics(socketPath: string, read: () => readonly Metric[]): Promise<Server> {
  await rm(socketPath, { force: true }); // an earlier process may have left it
  const server = createServer((request, response) => {
    const isKnown = request.method === 'GET' && request.url === '/metrics';
    response.writeHead(isKnown ? 200 : 404, { 'content-type': 'text/plain; version=0.0.4' });
    response.end(isKnown ? renderMetrics(read()) : '');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
  server.unref();
  return server;
}
