import { type IncomingMessage, request } from 'node:http';
import { createInterface } from 'node:readline';
import { CliError } from './context.ts';
import type { LabGapLine, LabGapRequest, LabGuest, LabPlug, LabView } from './lab-wire.ts';

/** Speaks to the running lab through its control socket. Every refusal is a `CliError`. */
export interface LabClient {
  view(): Promise<LabView>;
  plug(wanted: LabPlug): Promise<LabGuest>;
  unplug(portId: string): Promise<void>;
  removeGuest(name: string): Promise<void>;
  /** Hands on each line as it comes. */
  runGap(wanted: LabGapRequest, onLine: (line: LabGapLine) => void): Promise<void>;
}

/** Reaches the lab whose state is in this directory; it needs to run when a method is called, not before. */
export function createLabClient(stateDirectory: string): LabClient {
  const socketPath = `${stateDirectory}/lab.sock`;
  const ask = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const response = await send(socketPath, { method, path, body });
    const parts: Buffer[] = [];
    for await (const part of response) parts.push(part);
    const answer = JSON.parse(Buffer.concat(parts).toString('utf8'));
    if ((response.statusCode ?? 500) >= 400) throw new CliError(answer.message);
    return answer;
  };
  return {
    view: () => ask('GET', '/lab'),
    plug: (wanted) => ask('POST', '/plugs', wanted),
    unplug: (portId) => ask('DELETE', `/plugs/${encodeURIComponent(portId)}`),
    removeGuest: (name) => ask('DELETE', `/guests/${encodeURIComponent(name)}`),
    async runGap(wanted, onLine) {
      const response = await send(socketPath, { method: 'POST', path: '/gap', body: wanted });
      for await (const line of createInterface({ input: response })) onLine(JSON.parse(line));
    },
  };
}

interface Question {
  readonly method: string;
  readonly path: string;
  readonly body?: object | undefined;
}

function send(socketPath: string, { method, path, body }: Question): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, method, path }, resolve);
    outgoing.once('error', () => {
      reject(new CliError(`no lab is running here (${socketPath}): start one with ./sextant start`));
    });
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
