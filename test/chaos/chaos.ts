import { setTimeout as delay } from 'node:timers/promises';
import { milliseconds, waitFor } from '../../src/base/index.ts';
import { createClient } from '../../src/client/index.ts';
import { type Ground, openGround } from './ground.ts';
import { Guests } from './guests.ts';
import { Ledger } from './ledger.ts';
import { createRandom } from './random.ts';
import { Recorder } from './recorder.ts';
import { type DatabaseKind, makeSchedule } from './schedule.ts';
import { Supervisor, type Tell } from './supervisor.ts';
import { targetsOf } from './targets.ts';
import { Tenant } from './tenant.ts';
import { judge } from './verdict.ts';

/** How much is killed and how often. The same seed gives the same schedule and requests. */
export interface ChaosOptions {
  readonly seed: number;
  readonly kills: number;
  readonly database: DatabaseKind;
  /** Where sockets, databases and logs stay for a look afterwards; default: nowhere. */
  readonly directory?: string | undefined;
  /** Called for each event as it happens, with its time. */
  readonly tell: Tell;
}

/** The outcome of a run. It is good when there are no violations. */
export interface ChaosResult {
  /** The expectations that failed, each as a sentence. */
  readonly violations: readonly string[];
  /** Changes that were answered with a 2xx. */
  readonly answered: number;
  readonly resources: Ledger['size'];
}

const hostCount = 2;
const tenantCount = 16;
/** One more guest is plugged after so many kills. */
const killsPerGuest = 5;
/** Changes that must have been answered: a run without load says nothing. */
const leastAnswered = 100;
const bringUpTime = milliseconds(60_000);

/** Runs a cloud under load, kills its parts by the seed's schedule, and says what came of it. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const ground = await openGround({ ...options, hosts: hostCount });
  try {
    return await runOn(ground, options);
  } finally {
    await ground.close();
  }
}

async function runOn(ground: Ground, options: ChaosOptions): Promise<ChaosResult> {
  const violations: string[] = [];
  const begin = performance.now();
  const tell = (text: string) =>
    options.tell(`${((performance.now() - begin) / 1_000).toFixed(2).padStart(7)} ${text}`);
  const complain = (text: string) => {
    violations.push(text);
    tell(`VIOLATION ${text}`);
  };
  const recorder = new Recorder(new Ledger(), complain);
  const apis = [...ground.controllers.values()].map(({ api }) => api);
  const guests = new Guests(ground.lab, apis, recorder);
  await guests.setUp();
  const supervisor = new Supervisor(targetsOf(ground), { tell, complain });
  const tenants = startTenants(ground, recorder, options.seed);
  supervisor.start();
  try {
    await execute(options, { supervisor, guests, ground, complain });
    await supervisor.seeAllUp(bringUpTime);
    await waitFor('some changes', () => recorder.answered >= leastAnswered, { within: bringUpTime });
    await tenants.stop();
    tell(`all is up again; ${recorder.answered} changes were answered`);
    const restart = (controller: string) => supervisor.restart(controller, bringUpTime);
    for (const violation of await judge({ ground, ledger: recorder.ledger, guests, restart })) complain(violation);
    tell('judged');
  } catch (error) {
    complain(`the run broke off: ${String(error)}`);
  } finally {
    await tenants.stop();
    await supervisor.stop();
  }
  return { violations, answered: recorder.answered, resources: recorder.ledger.size };
}

interface Tenants {
  /** Once, however often it is called. */
  stop(): Promise<void>;
}

function startTenants({ controllers }: Ground, recorder: Recorder, seed: number): Tenants {
  let isOver = false;
  const clients = Array.from({ length: tenantCount }, () =>
    [...controllers.values()].map(({ endpoint }) => createClient({ endpoint, timeout: milliseconds(20_000) })),
  );
  const running = clients.map((apis, index) => {
    const tenant = new Tenant({ number: index + 1, apis, recorder, random: createRandom(seed * tenantCount + index) });
    return tenant.run(() => isOver);
  });
  const end = async () => {
    isOver = true;
    await Promise.all(running);
    await Promise.all(clients.flat().map((api) => api.close()));
  };
  let ending: Promise<void> | undefined;
  return {
    stop() {
      ending ??= end();
      return ending;
    },
  };
}

interface Stage {
  readonly supervisor: Supervisor;
  readonly guests: Guests;
  readonly ground: Ground;
  readonly complain: Tell;
}

/** The kills at their times, and guests that are plugged between them. */
async function execute(options: ChaosOptions, { supervisor, guests, ground, complain }: Stage): Promise<void> {
  const hosts = ground.lab.hosts.map(({ name }) => name);
  const schedule = makeSchedule({ ...options, hosts, controllers: [...ground.controllers.keys()] });
  const begin = performance.now();
  const plugging: Promise<void>[] = [];
  for (const [index, kill] of schedule.entries()) {
    await delay(Math.max(0, begin + kill.at - performance.now()));
    await supervisor.end(kill);
    const host = hosts[index % hosts.length];
    if (host !== undefined && index % killsPerGuest === killsPerGuest - 1)
      plugging.push(guests.plugLate(host).catch((error: unknown) => complain(String(error))));
  }
  await Promise.all(plugging);
}
