/**
 * Runs a controller until SIGINT or SIGTERM: reads the options, starts, says where it serves, stops. It starts itself
 * once more, in the same process, with these options of node:
 */
const nodeOptions = [
  // A young generation of 4 MB: Node's would grow to 130 MB of garbage under load.
  '--max-semi-space-size=4',
  // One thread for V8's collector and compiler: four would take the processor from the event loop, which waits for them.
  '--v8-pool-size=1',
  // For memory to be given back at rest (src/controller/memory-at-rest.ts).
  '--expose-gc',
];

if (!nodeOptions.every((option) => process.execArgv.includes(option))) {
  const argv = [process.execPath, ...process.execArgv, ...nodeOptions, ...process.argv.slice(1)];
  // One arena: glibc gives each thread its own, and keeps in each what was freed.
  process.execve?.(process.execPath, argv, { MALLOC_ARENA_MAX: '1', ...process.env });
}

const { createLog, describeError, isOperational } = await import('../src/base/index.ts');
const { controllerProgram, formatListenAddress, startController } = await import('../src/controller/index.ts');
const { readOptions, tellProblem } = await import('../src/options/index.ts');

const options = await readOptions(controllerProgram, process.argv.slice(2));
if (!options.ok) process.exit(tellProblem(controllerProgram, options.error));

const log = createLog(options.value.process.logLevel, { process: 'controller' });
try {
  const controller = await startController(options.value, { log, onFatal: die });
  log.info({ addresses: controller.addresses.map(formatListenAddress) }, 'controller: serving');
  let isStopping = false;
  const stop = (signal: NodeJS.Signals) => {
    // A second signal means that the first was not enough.
    if (isStopping) process.exit(1);
    isStopping = true;
    log.info({ signal }, 'controller: stopping');
    controller.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'controller: stopping failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
} catch (error) {
  // One line says it all of what operators meet; of a bug, the log has the stack.
  if (!isOperational(error)) log.error({ err: error }, 'controller: starting failed');
  process.stderr.write(`controller: ${describeError(error)}\n`);
  process.exit(1);
}

/** At once: no request that is under way gets an answer. */
function die(error: Error): never {
  process.stderr.write(`controller: ${error.message}: it ends, to be started again\n`);
  process.exit(1);
}
