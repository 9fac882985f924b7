import { runCli } from '../src/cli/index.ts';
import { agentToken } from '../src/feed/index.ts';

/** The command line. Everything it does, it does through the Networking API or the running lab's control socket. */
process.exit(await runCli(process.argv.slice(2), { agentToken }));
