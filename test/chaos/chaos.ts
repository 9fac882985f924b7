import { setTimeout as delay } from 'node:timers/promises';
import { milliseconds } from '../../src/base/index.ts';
import { createClient } from '../../src/client/index.ts';
import { findPostgres, type PostgresServer, startPostgres } from '../../src/store/testing/postgres-server.ts';
import { type Cloud, openCloud } from '../integration/cloud.ts';
import { Guests } from './guests.ts';
import { Ledger } from './ledger.ts';
import { createRandom } from './random.ts';
import { Recorder } from './recorder.ts';
import { type DatabaseKind, type Kill, makeSchedule } from './schedule.ts';
import { Supervisor, type Tell } from './supervisor.ts';
import { targetsOf } from './targets.ts';
import { Tenant } from './tenant.ts';
import { judge } from './verdict.ts';

export interface ChaosOptions {
  readonly seed: number;
  readonly kills: number;
  readonly database: DatabaseKind;
  /** Where sockets, databases and logs stay for a look afterwards; default: nowhere. */
  readonly directory?: string | undefined;
  /** Hears of each thing as it happens, with its time. */
  readonly tell: Tell;
}

export interface ChaosResult {
  /** What was expected and is not so, each as a sentence. */
  readonly violations: readonly string[];
  /** Changes that were answered with a 2xx. */
  readonly answered: number;
  readonly resources: Ledger['size'];
}

const hostCount = 2;
const tenantCount = 16;
/** One more guest is plugged after so many kills. */
const killsPerGuest = 5;
const bringUpTime = milliseconds(60_000);

/** Runs a cloud under load, kills its parts by the seed's schedule, and says what came of it. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const postgres = options.database === 'postgres' ? await openPostgres() : undefined;
  try {
    const database = await postgres?.createDatabase();
    const cloud = await openCloud({ hosts: hostCount, directory: options.directory, database });
    try {
      return await runIn(cloud, postgres, options);
    } finally {
      await cloud.close();
    }
  } finally {
    await postgres?.stop();
  }
}

async function openPostgres(): Promise<PostgresServer> {
  const programs = findPostgres();
  if (programs === undefined) throw new Error('PostgreSQL is not installed');
  return startPostgres(programs);
}

async function runIn(cloud: Cloud, postgres: PostgresServer | undefined, options: ChaosOptions): Promise<ChaosResult> {
  const violations: string[] = [];
  const begin = performance.now();
  const tell = (text: string) =>
    options.tell(`${((performance.now() - begin) / 1_000).toFixed(2).padStart(7)} ${text}`);
  const complain = (text: string) => {
    violations.push(text);
    tell(`VIOLATION ${text}`);
  };
  const recorder = new Recorder(new Ledger(), complain);
  const guests = new Guests(cloud, recorder);
  await guests.setUp();
  const supervisor = new Supervisor(targetsOf(cloud, postgres), { tell, complain });
  const tenants = startTenants(cloud, recorder, options.seed);
  supervisor.start();
  try {
    const schedule = makeSchedule({ ...options, hosts: cloud.lab.hosts.map(({ name }) => name) });
    await execute(schedule, { supervisor, guests, hosts: cloud.lab.hosts.map(({ name }) => name) });
    await supervisor.seeAllUp(bringUpTime);
    await tenants.stop();
    tell(`all is up again; ${recorder.answered} changes were answered`);
    const restartController = () => supervisor.restart('controller', bringUpTime);
    const witnesses = { cloud, ledger: recorder.ledger, guests, restartController };
    for (const violation of await judge(witnesses)) complain(violation);
    tell('judged');
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

function startTenants({ sextant }: Cloud, recorder: Recorder, seed: number): Tenants {
  let isOver = false;
  const clients = Array.from({ length: tenantCount }, () =>
    createClient({ endpoint: sextant.endpoint, timeout: milliseconds(20_000) }),
  );
  const running = clients.map((api, index) => {
    const tenant = new Tenant({ number: index + 1, api, recorder, random: createRandom(seed * tenantCount + index) });
    return tenant.run(() => isOver);
  });
  const end = async () => {
    isOver = true;
    await Promise.all(running);
    await Promise.all(clients.map((api) => api.close()));
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
  readonly hosts: readonly string[];
}

/** The kills at their times, and guests that are plugged between them. */
async function execute(schedule: readonly Kill[], { supervisor, guests, hosts }: Stage): Promise<void> {
  const begin = performance.now();
  const plugging: Promise<void>[] = [];
  for (const [index, kill] of schedule.entries()) {
    await delay(Math.max(0, begin + kill.at - performance.now()));
    await supervisor.end(kill);
    const host = hosts[index % hosts.length];
    if (host !== undefined && index % killsPerGuest === killsPerGuest - 1) plugging.push(guests.plugLate(host));
  }
  await Promise.all(plugging);
}
