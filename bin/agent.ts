#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The agent of one host: reads its options, serves until it is told to end, and leaves flows and patches in place.
 * It shares the host with guests, so it starts itself once more, in the same process, with a young generation of 1 MB
 * and Node's compile cache: that is a third less memory, and costs no more than it gains in start-up time.
 */
const leanHeap = '--max-semi-space-size=1';

if (!process.execArgv.includes(leanHeap)) {
  const argv = [process.execPath, ...process.execArgv, leanHeap, ...process.argv.slice(1)];
  process.execve?.(process.execPath, argv, { NODE_COMPILE_CACHE: compileCache(process.argv), ...process.env });
}

const { parseAgentOptions, startAgent, usage } = await import('../src/agent/index.ts');
const { createLog } = await import('../src/base/index.ts');

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

/** The checkout's own where the launcher has made one, else beside the cached intents: what is cached there is run. */
function compileCache(argv: readonly string[]): string {
  const shared = join(import.meta.dirname, '../.cache/compile');
  if (existsSync(shared)) return shared;
  const at = argv.indexOf('--state-dir');
  return join((at < 0 ? undefined : argv[at + 1]) ?? '/var/lib/sextant', 'compile-cache');
}
