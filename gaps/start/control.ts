import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { LabGapLine, LabGapRequest, LabGuest, LabPlug, LabView } from '../../src/cli/index.ts';
import { type GapReport, renderTerminal } from '../index.ts';
import type { Guest, Lab } from '../lab/index.ts';
import type { GapRuns } from './gap-runs.ts';

/** The lab to be controlled, and the socket on which it is. */
export interface ControlOptions {
  readonly lab: Lab;
  readonly gapRuns: GapRuns;
  readonly socketPath: string;
  /** Facts that only the half outside of the namespace knows. */
  readonly outside: Pick<LabView, 'endpoint' | 'initPid'>;
}

type Answer = { readonly status: number; readonly body: object };

/** Lets the command line plug guests into the running lab and run rows on it (the words stand in lab-wire.ts). */
export async function serveControl(options: ControlOptions): Promise<void> {
  const server = createServer((request, response) => {
    answer(request, response, options).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      if (!response.headersSent) send(response, { status: 400, body: { message } });
      else response.end();
    });
  });
  server.listen(options.socketPath);
  await once(server, 'listening');
}

async function answer(request: IncomingMessage, response: ServerResponse, options: ControlOptions): Promise<void> {
  const [, noun = '', name = ''] = (request.url ?? '/').split('/').map(decodeURIComponent);
  switch (`${request.method} ${noun}`) {
    case 'GET lab':
      return send(response, { status: 200, body: viewLab(options) });
    case 'POST plugs':
      return send(response, { status: 201, body: viewGuest(await plug(options.lab, await readJson(request))) });
    case 'DELETE plugs':
      return send(response, await unplug(options.lab, name));
    case 'DELETE guests':
      await getGuest(options.lab, name).remove();
      return send(response, { status: 200, body: {} });
    case 'POST gap':
      return streamGap(response, await readJson(request), options);
    default:
      return send(response, { status: 404, body: { message: `no such request: ${request.method} ${request.url}` } });
  }
}

function viewLab({ lab, outside }: ControlOptions): LabView {
  return {
    ...outside,
    underlay: lab.underlay,
    encapsulation: lab.encapsulation,
    hosts: lab.hosts.map(({ name, netns, tunnelAddress, directory }) => ({ name, netns, tunnelAddress, directory })),
    guests: lab.guests.map(viewGuest),
  };
}

function viewGuest({ name, host, pid, interfaces }: Guest): LabGuest {
  return {
    name,
    host,
    pid,
    interfaces: interfaces.map((one) => ({ name: one.name, portId: one.portId, macAddress: one.macAddress })),
  };
}

async function plug(lab: Lab, { host, guest: name, port, mtu }: LabPlug): Promise<Guest> {
  const guest = lab.guests.find((candidate) => candidate.name === name);
  if (guest && guest.host !== host) throw new Error(`the guest ${name} is on ${guest.host}, not on ${host}`);
  if (lab.guests.some(({ interfaces }) => interfaces.some(({ portId }) => portId === port.id))) {
    throw new Error(`port ${port.id} is plugged already`);
  }
  lab.getHost(host);
  return lab.plug({ host, port, name, ...(guest && { guest }), ...(mtu !== undefined && { mtu }) });
}

/** A guest whose last interface goes away goes with it. */
async function unplug(lab: Lab, portId: string): Promise<Answer> {
  for (const guest of lab.guests) {
    const attached = guest.interfaces.find((candidate) => candidate.portId === portId);
    if (!attached) continue;
    if (guest.interfaces.length === 1) await guest.remove();
    else await guest.unplug(attached.name);
    return { status: 200, body: {} };
  }
  return { status: 404, body: { message: `no guest of the lab has port ${portId}` } };
}

function getGuest(lab: Lab, name: string): Guest {
  const guest = lab.guests.find((candidate) => candidate.name === name);
  if (!guest) throw new Error(`the lab has no guest ${name}`);
  return guest;
}

/** A caller who goes away, by Ctrl-C for one, ends the run. */
async function streamGap(response: ServerResponse, wanted: LabGapRequest, { gapRuns }: ControlOptions): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort(new Error('whoever asked for the run has gone')));
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  const line = (value: LabGapLine): void => {
    response.write(`${JSON.stringify(value)}\n`);
  };
  const { columns } = wanted;
  const terminal = columns === undefined ? { isTTY: false } : { isTTY: true, columns };
  try {
    const report = await gapRuns.run({
      rows: wanted.rows,
      screen: { ...terminal, write: (text) => line({ kind: 'progress', text }) },
      signal: gone.signal,
    });
    line({ kind: 'table', text: tableOf(report, columns) });
  } catch (error) {
    line({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
  response.end();
}

/** The table for a terminal of that width, or plain where there is none. */
export function tableOf(report: GapReport, columns: number | undefined): string {
  return renderTerminal(report, columns === undefined ? { colour: false } : { width: columns });
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function readJson<T>(request: IncomingMessage): Promise<T> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return JSON.parse(Buffer.concat(parts).toString('utf8') || '{}');
}
