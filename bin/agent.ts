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
  const words = await withoutFile(process.argv.slice(2));
  const argv = [process.execPath, ...process.execArgv, leanHeap, process.argv[1] ?? '', ...words];
  process.execve?.(process.execPath, argv, { NODE_COMPILE_CACHE: compileCache(words), ...process.env });
}

const { agentOptions, agentProgram, startAgent } = await import('../src/agent/index.ts');
const { createLog } = await import('../src/base/index.ts');
const { readOptions, tellProblem } = await import('../src/options/index.ts');

const values = await readOptions(agentProgram, process.argv.slice(2));
if (!values.ok) process.exit(tellProblem(agentProgram, values.error));
const options = agentOptions(values.value);

const log = createLog(options.logLevel, { host: options.host });
const agent = await startAgent(options, log);
log.info({ pid: process.pid }, 'agent: started');

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    log.info({ signal }, 'agent: stopping; flows stay');
    void agent.stop().then(() => process.exit(0));
  });
}

/** A configuration file becomes words here, so that the process that stays does without the parser of YAML: 15 MB. */
async function withoutFile(words: readonly string[]): Promise<readonly string[]> {
  if (!words.some((word) => /^--config(=|$)/.test(word))) return words;
  const { agentProgram } = await import('../src/agent/index.ts');
  const { expandFile, tellProblem } = await import('../src/options/index.ts');
  const expanded = await expandFile(agentProgram, words);
  return expanded.ok ? expanded.value : process.exit(tellProblem(agentProgram, expanded.error));
}

/** The checkout's own where the launcher has made one, else beside the cached intents: what is cached there is run. */
function compileCache(words: readonly string[]): string {
  const shared = join(import.meta.dirname, '../.cache/compile');
  if (existsSync(shared)) return shared;
  const [, stateDirectory = '/var/lib/sextant'] = /(?:^|\n)--state-dir[=\n]([^\n]+)/.exec(words.join('\n')) ?? [];
  return join(stateDirectory, 'compile-cache');
}
