import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { type Agent, collectionDescriptions } from '../client/index.ts';
import { CliError } from './context.ts';
import { addNoun, type Noun } from './noun.ts';

/** Derives a host's token from the agent secret; the command line is given it, as it belongs to the feed. */
export type AgentToken = (secret: string, host: string) => string;

const agents: Noun<Agent> = {
  description: collectionDescriptions.agents,
  columns: [
    { title: 'id', value: ({ id }) => id },
    { title: 'host', value: ({ host }) => host },
    { title: 'type', value: ({ agent_type }) => agent_type },
    { title: 'alive', value: ({ alive }) => alive },
  ],
};

/** Adds `sextant agent ...`, and `sextant agent-token`, which prints the token of a host. */
export function addAgent(program: Command, agentToken: AgentToken): void {
  addNoun(program, agents);
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
