import type { Central, Service } from '../../gaps/lab/index.ts';
import type { PostgresServer } from '../../src/store/testing/postgres-server.ts';
import type { Ground } from './ground.ts';
import type { Fate } from './schedule.ts';

/** A part of the cloud that can be ended, and is started again by its supervisor. */
export interface Target {
  readonly name: string;
  isRunning(): boolean;
  end(fate: Fate): Promise<void>;
  /** Resolves when it serves. Throws when it did not come up, to be tried again. */
  start(fate: Fate): Promise<void>;
  /** Ours never end by themselves. Those of OVN do, as when ovn-controller 23.03 sees SB emptied. */
  readonly isOurs: boolean;
}

/** Every process of the ground that a schedule may kill. */
export function targetsOf({ lab, controllers, agents, postgres }: Ground): readonly Target[] {
  return [
    ...[...controllers].map(([name, { process }]) => serviceTarget(name, process, { isOurs: true })),
    ...[...agents].map(([host, agent]) => serviceTarget(`agent ${host}`, agent, { isOurs: true })),
    databaseTarget(lab.central, 'nb'),
    databaseTarget(lab.central, 'sb'),
    serviceTarget('northd', lab.central.services.northd),
    ...lab.hosts.flatMap((host) =>
      (['ovs-vswitchd', 'ovn-controller'] as const).map((daemon) => ({
        ...serviceTarget(`${daemon} ${host.name}`, host.services[daemon]),
        start: () => host.startDaemon(daemon),
      })),
    ),
    ...(postgres ? [postgresTarget(postgres)] : []),
  ];
}

function serviceTarget(name: string, service: Service, { isOurs = false } = {}): Target {
  return {
    name,
    isOurs,
    isRunning: () => service.isRunning,
    end: (fate) => service.stop(fate === 'restarted' ? 'SIGTERM' : 'SIGKILL'),
    start: () => service.start(),
  };
}

function databaseTarget(central: Central, database: 'nb' | 'sb'): Target {
  return {
    ...serviceTarget(database, central.services[database]),
    start: (fate) => central.startDatabase(database, { empty: fate === 'emptied' }),
  };
}

function postgresTarget(postgres: PostgresServer): Target {
  let isUp = true;
  return {
    name: 'postgres',
    isOurs: false,
    isRunning: () => isUp,
    async end(fate) {
      if (!isUp) return;
      isUp = false;
      await postgres.end(fate === 'restarted' ? 'SIGINT' : 'SIGKILL');
    },
    async start() {
      if (!isUp) await postgres.start();
      isUp = true;
    },
  };
}
