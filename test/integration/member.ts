import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  controllerEndpoint,
  createController,
  ensureAgentSecret,
  type Lab,
  type Service,
} from '../../gaps/lab/index.ts';
import { type Client, createClient } from '../../src/client/index.ts';

/** One of several controllers of a lab. */
export interface Member {
  readonly process: Service;
  readonly endpoint: string;
  readonly api: Client;
}

/** Starts a controller with a directory of its own in the lab's, and with the lab's agent secret. */
export async function startMember(lab: Lab, name: string, database: string): Promise<Member> {
  const { northbound, southbound } = lab.central;
  const directory = join(lab.directory, name);
  await mkdir(join(directory, 'sextant'), { recursive: true });
  await ensureAgentSecret(lab.directory);
  await copyFile(join(lab.directory, 'sextant', 'agent-secret'), join(directory, 'sextant', 'agent-secret'));
  const process = createController({ directory, northbound, southbound, database });
  await process.start();
  const endpoint = controllerEndpoint(directory);
  return { process, endpoint, api: createClient({ endpoint }) };
}
