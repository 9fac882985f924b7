import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Body } from './harness.ts';

const run = promisify(execFile);
const program = '/usr/bin/openstack';

/** Why tests with Debian's python3-openstackclient can't run; false where they can. */
export const skip = !existsSync(program) && 'skipped: python3-openstackclient is not installed';

/** The `openstack` client, as a user types it. */
export interface OpenStack {
  /** Answers what it prints. Throws when it fails, with what it says. */
  (command: string): Promise<string>;
  /** One thing, as JSON. */
  show(command: string): Promise<Body>;
  /** Several things, as JSON. */
  list(command: string): Promise<readonly Body[]>;
}

/** The client of one endpoint. Each command takes most of a second: so few, and each for much. */
export function openstackAt(url: () => string): OpenStack {
  const openstack = async (command: string) => {
    const endpoint = ['--os-auth-type', 'none', '--os-endpoint', url()];
    const { stdout } = await run(program, [...endpoint, ...command.split(' ')]);
    return stdout;
  };
  return Object.assign(openstack, {
    show: async (command: string) => JSON.parse(await openstack(`${command} -f json`)) as Body,
    list: async (command: string) => JSON.parse(await openstack(`${command} -f json`)) as Body[],
  });
}
