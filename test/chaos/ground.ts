import { join } from 'node:path';
import { type Lab, openLab, type Service, startSextant } from '../../gaps/lab/index.ts';
import { findPostgres, type PostgresServer, startPostgres } from '../../src/store/testing/postgres-server.ts';
import { type Member, startMember } from '../integration/member.ts';
import type { DatabaseKind } from './schedule.ts';

/** A whole cloud whose parts may end: one controller over SQLite, or two over PostgreSQL. */
export interface Ground {
  readonly lab: Lab;
  /** By name: `controller 1`, ... */
  readonly controllers: ReadonlyMap<string, Member>;
  /** By host. */
  readonly agents: ReadonlyMap<string, Service>;
  readonly postgres: PostgresServer | undefined;
  close(): Promise<void>;
}

/** The size of the site, and the database of its controllers. */
export interface GroundOptions {
  readonly database: DatabaseKind;
  readonly hosts: number;
  /** Default: a temporary one. */
  readonly directory?: string | undefined;
}

/** Opens a lab with controllers and agents that can each be killed. Undoes everything when a part fails to start. */
export async function openGround({ database, hosts, directory }: GroundOptions): Promise<Ground> {
  const undo = new AsyncDisposableStack();
  try {
    const postgres = database === 'postgres' ? await openPostgres() : undefined;
    undo.defer(async () => postgres?.stop());
    const lab = await openLab({ hosts, ...(directory !== undefined && { directory }) });
    undo.defer(() => lab.close());
    const url = (await postgres?.createDatabase()) ?? `sqlite:${join(lab.directory, 'sextant.db')}`;
    const controllers = new Map<string, Member>();
    for (const name of controllerNames(database)) {
      const member = await startMember(lab, name.replace(' ', '-'), url);
      undo.defer(() => end(member));
      controllers.set(name, member);
    }
    const endpoints = [...controllers.values()].map(({ endpoint }) => endpoint);
    const sextant = await startSextant(lab, { controller: endpoints.join(',') });
    undo.defer(() => sextant.stop());
    return { lab, controllers, agents: sextant.agents, postgres, close: () => undo.disposeAsync() };
  } catch (error) {
    await undo.disposeAsync();
    throw error;
  }
}

/** SQLite is one controller's; PostgreSQL takes any number. */
export function controllerNames(database: DatabaseKind): readonly string[] {
  return database === 'postgres' ? ['controller 1', 'controller 2'] : ['controller 1'];
}

async function openPostgres(): Promise<PostgresServer> {
  const programs = findPostgres();
  if (programs === undefined) throw new Error('PostgreSQL is not installed');
  return startPostgres(programs);
}

async function end({ api, process }: Member): Promise<void> {
  await api.close();
  await process.stop();
}
