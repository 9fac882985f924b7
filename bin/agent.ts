#!/usr/bin/env node
import { parseAgentOptions, startAgent, usage } from '../src/agent/index.ts';
import { createLog } from '../src/base/index.ts';

/** The agent of one host: reads its options, serves until it is told to end, and leaves flows and patches in place. */
const options = parseAgentOptions(process.argv.slice(2));
if (!options.ok) {
  process.stderr.write(`${options.error}\n\n${usage}`);
  process.exit(2);
}
if (options.value === 'help') {
  process.stdout.write(usage);
  process.exit(0);
}

const log = createLog(options.value.logLevel, { host: options.value.host });
const agent = await startAgent(options.value, log);
log.info({ pid: process.pid }, 'agent: started');

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    log.info({ signal }, 'agent: stopping; flows stay');
    void agent.stop().then(() => process.exit(0));
  });
}
