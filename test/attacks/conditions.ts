import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Service } from '../../gaps/lab/index.ts';
import type { Random } from '../chaos/random.ts';
import type { Ground } from './ground.ts';

/** The state that the cloud is in while it is attacked. A frozen controller takes messages and says nothing. */
export type Condition = 'controller' | 'no-controller' | 'frozen-controller' | 'busy' | 'restarts';

/** In the order in which they are tried. */
export const conditions: readonly Condition[] = [
  'controller',
  'no-controller',
  'frozen-controller',
  'busy',
  'restarts',
];

/** Those in which the API answers nothing. */
export const outages: ReadonlySet<Condition> = new Set(['no-controller', 'frozen-controller']);

/** Brings the condition about. The result ends it, and resolves when all is well again. */
export async function bringAbout(condition: Condition, ground: Ground, random: Random): Promise<() => Promise<void>> {
  if (condition === 'no-controller') return endController(ground);
  if (condition === 'frozen-controller') return freezeController(ground);
  if (condition === 'busy') return keepBusy(ground);
  if (condition === 'restarts') return restartHosts(ground, random);
  return async () => {};
}

async function endController({ context: { outage } }: Ground): Promise<() => Promise<void>> {
  if (!outage) throw new Error('the lab started no controller');
  await outage.begin();
  return () => outage.end();
}

async function freezeController({ controller: { pid } }: Ground): Promise<() => Promise<void>> {
  if (pid === undefined) throw new Error('the controller does not run');
  process.kill(pid, 'SIGSTOP');
  return async () => {
    process.kill(pid, 'SIGCONT');
  };
}

/** Twice as much work as the machine has processors, in a guest. */
async function keepBusy({ lab }: Ground): Promise<() => Promise<void>> {
  const [guest] = lab.guests;
  const loops = Array.from({ length: 2 * availableParallelism() }, () =>
    guest?.spawn(['sh', '-c', 'while :; do :; done']),
  );
  return async () => {
    await Promise.all(loops.map((loop) => loop?.stop('SIGKILL')));
  };
}

const shortestUp = 2_000;
const longestUp = 6_000;
const longestDown = 800;

/** Kills the agent or the switch of one host after the other, and starts it again. */
async function restartHosts({ lab, agents }: Ground, random: Random): Promise<() => Promise<void>> {
  const over = new AbortController();
  const targets = lab.hosts.flatMap((host): readonly (() => Promise<void>)[] => {
    const agent = agents.get(host.name);
    return [
      () => restart(agent, random, async () => agent?.start()),
      () => restart(host.services['ovs-vswitchd'], random, () => host.startDaemon('ovs-vswitchd')),
    ];
  });
  const loop = async () => {
    while (!over.signal.aborted) {
      await random.pick(targets)();
      await delay(random.integer(shortestUp, longestUp), undefined, { signal: over.signal }).catch(() => undefined);
    }
  };
  const running = loop();
  running.catch(() => undefined); // told when the condition ends
  return async () => {
    over.abort();
    await running;
  };
}

async function restart(service: Service | undefined, random: Random, start: () => Promise<unknown>): Promise<void> {
  await service?.stop('SIGKILL');
  await delay(random.integer(0, longestDown));
  await start();
}
