import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import {
  controllerSocket,
  createController,
  ensureAgentSecret,
  listens,
  type NamespaceProcess,
  type Service,
  startInNamespace,
} from '../lab/index.ts';
import { reportDirectoryOf } from './gap-runs.ts';
import { describeStart } from './hints.ts';
import { controlSocket, type InsideMessage, type OutsideMessage, type StartOptions } from './protocol.ts';

/** Stands in every state directory. */
const marker = 'sextant-lab';

/** Exit statuses: a run that can't begin or broke, and one that a signal ended before it was up. */
const refused = 1;
const interrupted = 130;

/**
 * Runs `sextant start`: a lab in a namespace of its own, the controller outside on the loopback, agents, the gap
 * analysis; then it serves until a signal comes. Answers the exit status: 0 when the run itself worked.
 */
export async function runOutside(program: readonly string[], options: StartOptions): Promise<number> {
  const obstacle = await findObstacle(options);
  if (obstacle) return complain(obstacle);
  await emptyStateDirectory(options.stateDirectory);
  const stopped = Promise.race([stopSignal(), orphaned()]);
  const run: Run = { inside: startInNamespace([...program]), options, controller: undefined };
  const status = await attend(run, stopped).catch((error: unknown) =>
    complain(error instanceof Error ? error.message : String(error)),
  );
  await takeDown(run);
  if (status === refused)
    complain(`what it wrote is in ${options.stateDirectory}, until the next start: see *.log there`);
  else await rm(options.stateDirectory, { recursive: true, force: true });
  return status;
}

/** From the start to the end of the lab, however it comes to it. */
async function attend(run: Run, stopped: Promise<'stopped'>): Promise<number> {
  const { inside, options } = run;
  const ended = once(inside.process, 'exit').then(() => 'ended' as const);
  const outcome = await Promise.race([bringUp(run), stopped, ended]);
  if (outcome === 'stopped') return interrupted;
  if (outcome === 'ended') return complain('the lab ended unexpectedly');
  if (options.once) return 0;
  process.stdout.write(describeStart(options));
  return (await Promise.race([stopped, ended])) === 'stopped' ? 0 : complain('the lab ended unexpectedly');
}

interface Run {
  readonly inside: NamespaceProcess;
  readonly options: StartOptions;
  controller: Service | undefined;
}

async function bringUp(run: Run): Promise<'up'> {
  const { inside, options } = run;
  const hear = listen(inside);
  const say = (message: OutsideMessage): boolean => inside.process.send(message);
  const begin = performance.now();
  const done = (what: string): void => report(what, performance.now() - begin);
  say({ kind: 'open', options, initPid: await inside.findInit() });
  const { northbound, southbound } = await hear('lab');
  done(`lab: OVN central and ${options.hosts} hosts, tunnels over IPv${options.underlay}`);
  await ensureAgentSecret(options.stateDirectory);
  const { stateDirectory: directory, reportDirectory } = options;
  const listenOn = [`127.0.0.1:${options.port}`];
  const supervision = { most: 5, say: (message: string) => process.stderr.write(`✘ ${message}\n`) };
  const place = { directory, northbound, southbound, listen: listenOn };
  const controller = createController({ ...place, reportDirectory, supervision });
  run.controller = controller;
  await controller.start();
  done(`controller: the Networking API is on http://127.0.0.1:${options.port}`);
  say({ kind: 'controller' });
  await hear('agents');
  done(`agents: one on each host`);
  await hear('judged');
  // Verdicts on a cloud that died on the way are no verdicts.
  if (!(await listens(controllerSocket(directory)))) throw new Error('the controller has ended unexpectedly');
  if (options.rows?.length !== 0) done(`gap analysis: the report is in ${reportDirectoryOf(options)}`);
  return 'up';
}

async function takeDown({ inside, controller }: Run): Promise<void> {
  await Promise.all([controller?.stop(), inside.kill()]);
}

/** Waits for messages of the inside in the order they come; a failure in there is thrown here. */
function listen({ process: child }: NamespaceProcess) {
  const queue: InsideMessage[] = [];
  let wake = (): void => {};
  child.on('message', (message: InsideMessage) => {
    queue.push(message);
    wake();
  });
  return async <Kind extends InsideMessage['kind']>(kind: Kind): Promise<Extract<InsideMessage, { kind: Kind }>> => {
    for (;;) {
      const message = queue.shift();
      if (message?.kind === 'failed') throw new Error(message.message);
      if (message?.kind === kind) return message as Extract<InsideMessage, { kind: Kind }>;
      if (!message) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  };
}

/** Clears away what a run that was killed has left. The marker is what makes a directory ours to delete. */
async function emptyStateDirectory(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await writeFile(join(directory, marker), '');
}

/** Why a run can't begin, in words for the user. */
async function findObstacle({ stateDirectory, reportDirectory, port }: StartOptions): Promise<string | undefined> {
  const hidden = [stateDirectory, reportDirectory].find((directory) => directory.startsWith('/run/'));
  if (hidden) return `${hidden} can't be used: the lab has a /run of its own`;
  const found = await readdir(stateDirectory).catch((error: NodeJS.ErrnoException) => error.code ?? 'unreadable');
  if (typeof found === 'string' && found !== 'ENOENT') return `${stateDirectory} can't be used (${found})`;
  if (found.length > 0 && found !== 'ENOENT' && !found.includes(marker)) {
    return `${stateDirectory} holds something else than a lab's state: name another by --state-dir`;
  }
  if (await listens(controlSocket(stateDirectory))) {
    return `a lab is running already (its state is in ${stateDirectory}): end that one with Ctrl-C where it runs`;
  }
  if (!(await isFree(port))) {
    return `port ${port} of 127.0.0.1 is taken, maybe by another Networking API: stop that, or use --port`;
  }
  return undefined;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  const free = await Promise.race([
    once(server, 'listening').then(() => true),
    once(server, 'error').then(() => false),
  ]).catch(() => false);
  server.close();
  return free;
}

function stopSignal(): Promise<'stopped'> {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  return new Promise((resolve) => {
    for (const signal of signals) process.on(signal, () => resolve('stopped'));
  });
}

/**
 * Resolves when the process that started this one was killed. npm puts a shell in between, which outlives a killed npm:
 * then the grandparent is watched.
 */
function orphaned(): Promise<'stopped'> {
  const starter = (): string => parentOf(process.env.npm_lifecycle_event ? process.ppid : process.pid);
  const first = starter();
  return new Promise((resolve) => {
    setInterval(() => starter() === first || resolve('stopped'), 500).unref();
  });
}

/** The fourth field of proc_pid_stat(5); empty when there is no such process. */
function parentOf(pid: number): string {
  try {
    return (
      readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ')[1] ?? ''
    );
  } catch {
    return '';
  }
}

function report(what: string, elapsed: number): void {
  process.stderr.write(`✔ ${what} (${(elapsed / 1000).toFixed(1)} s)\n`);
}

function complain(message: string): number {
  process.stderr.write(`sextant start: ${message}\n`);
  return refused;
}
