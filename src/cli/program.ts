import { Command } from 'commander';
import { ApiError, collectionDescriptions } from '../client/index.ts';
import { type AgentToken, addAgent } from './agent.ts';
import { addGlobalOptions, CliError } from './context.ts';
import { addGap } from './gap.ts';
import { addGuest } from './guest.ts';
import { addLab } from './lab.ts';
import { addNetwork } from './network.ts';
import { addActions, addNoun, nounName, plainNoun } from './noun.ts';
import { addPort } from './port.ts';
import { addRouter } from './router.ts';
import { addSecurityGroup } from './security-group.ts';
import { addSubnet } from './subnet.ts';

/** The functions that commands need from other parts of the program. */
export interface CliOptions {
  readonly agentToken: AgentToken;
}

/** Runs one command of the command line. Answers the exit status; what went wrong is on standard error. */
export async function runCli(argv: readonly string[], options: CliOptions): Promise<number> {
  try {
    await createProgram(options).parseAsync(argv, { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (!(error instanceof CliError || error instanceof ApiError)) throw error;
    process.stderr.write(`sextant: ${error.message}\n`);
    return 1;
  }
}

/** Every collection of the API that no file here adds is a noun all the same. */
function addPlainNouns(program: Command): void {
  const known = new Set(program.commands.map((command) => command.name()));
  for (const description of Object.values(collectionDescriptions)) {
    if (known.has(nounName(description))) continue;
    const noun = plainNoun(description);
    addActions(addNoun(program, noun), noun);
  }
}

function createProgram({ agentToken }: CliOptions): Command {
  const program = addGlobalOptions(new Command('sextant'), process.env)
    .description('IPv6-first virtual networks: the command line of the Networking API and of the lab')
    .addHelpText(
      'after',
      '\nThe launcher also knows: start, test, bench (sextant start --help), exec COMMAND with its Node\n',
    )
    .showHelpAfterError();
  addNetwork(program);
  addSubnet(program);
  addPort(program);
  addRouter(program);
  addSecurityGroup(program);
  addAgent(program, agentToken);
  addPlainNouns(program);
  addGuest(program);
  addLab(program);
  addGap(program);
  return program;
}
