import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { type Agent, unwrap } from '../client/index.ts';
import { CliError, withContext } from './context.ts';
import { type Column, renderRows } from './output.ts';

/** Derives a host's token from the agent secret; the command line is given it, as it belongs to the feed. */
export type AgentToken = (secret: string, host: string) => string;

const columns: readonly Column<Agent>[] = [
  { title: 'id', value: ({ id }) => id },
  { title: 'host', value: ({ host }) => host },
  { title: 'type', value: ({ agent_type }) => agent_type },
  { title: 'alive', value: ({ alive }) => alive },
];

export function addAgent(program: Command, agentToken: AgentToken): void {
  program
    .command('agent')
    .description('agents on hosts')
    .command('list')
    .description('list agents')
    .action((_options, self: Command) =>
      withContext(self, async ({ client, format, print }) => {
        print(await renderRows(unwrap(await client.agents.list()), columns, format));
      }),
    );
  program
    .command('agent-token')
    .description("print the token that lets one host's agent in")
    .argument('<host>')
    .requiredOption('--secret-file <file>', "the controller's --agent-secret-file")
    .action(async (host: string, { secretFile }: { readonly secretFile: string }) => {
      const secret = await readFile(secretFile, 'utf8').catch((error: Error) => {
        throw new CliError(error.message);
      });
      process.stdout.write(`${agentToken(secret.trim(), host)}\n`);
    });
}
