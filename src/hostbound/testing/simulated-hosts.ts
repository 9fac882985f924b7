import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Milliseconds, milliseconds, waitFor } from '../../base/index.ts';
import type { SimulatedHostPlan } from './simulated-host.ts';
import type { ClaimPlan, ClaimsState, HostsState, SimulatorCommand } from './simulator-protocol.ts';

/** Hosts that speak the real feed, from one process of their own. */
export interface SimulatedHosts {
  state(): Promise<HostsState>;
  /** Lets these hosts connect, all at once. */
  join(hosts: readonly SimulatedHostPlan[]): Promise<void>;
  countAnew(): Promise<void>;
  /** Has them claim addresses, and resolves when every claim is answered. Throws when that takes too long. */
  claim(plan: ClaimPlan, within: Milliseconds): Promise<ClaimsState>;
  /** Resolves when the state is as wanted. Throws, with the state, when it is not within the time. */
  waitFor(what: string, isSo: (state: HostsState) => boolean, within: Milliseconds): Promise<HostsState>;
  /** Resolves when every host has been told of all its ports. */
  synced(within: Milliseconds): Promise<HostsState>;
  close(): Promise<void>;
}

/** Where the controller is that the simulated hosts talk to. */
export interface SimulatedHostsOptions {
  /** `http://host:port`, where a controller serves the feed. */
  readonly endpoint: string;
  /** What the hosts' tokens are made of. */
  readonly secret: string;
}

/** Starts the process, with no hosts yet. It ends with this one, whatever ends it. */
export function startSimulatedHosts({ endpoint, secret }: SimulatedHostsOptions): SimulatedHosts {
  const child = fork(join(import.meta.dirname, 'simulator.ts'), { serialization: 'json' });
  const ask = inTurn(child);
  const hosts: SimulatedHosts = {
    state: () => ask({ kind: 'state' }),
    async join(plans) {
      await ask({ kind: 'join', endpoint, secret, hosts: plans });
    },
    async countAnew() {
      await ask({ kind: 'count-anew' });
    },
    async claim(plan, within) {
      await ask({ kind: 'claim', ...plan });
      const isDone = ({ claims: { granted, refused } }: HostsState) => granted + refused === plan.count;
      return (await hosts.waitFor('every claim to be answered', isDone, within)).claims;
    },
    async waitFor(what, isSo, within) {
      let state = await hosts.state();
      const look = async () => {
        state = await hosts.state();
        return isSo(state) && state;
      };
      return await waitFor(what, look, { within, every: milliseconds(50) }).catch((error: Error) => {
        throw new Error(`${error.message}; the hosts: ${JSON.stringify(state)}`, { cause: error });
      });
    },
    synced: (within) => hosts.waitFor('every host to be told', (state) => state.synced === state.hosts, within),
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
  return hosts;
}

/** Answers carry nothing of their commands, so one command at a time is under way. */
function inTurn(child: ChildProcess): (command: SimulatorCommand) => Promise<HostsState> {
  let last: Promise<unknown> = Promise.resolve();
  return (command) => {
    const answer = last.then(() => askOne(child, command));
    last = answer.catch(() => {});
    return answer;
  };
}

async function askOne(child: ChildProcess, command: SimulatorCommand): Promise<HostsState> {
  const over = new AbortController();
  const answered = once(child, 'message', { signal: over.signal }).then(([state]) => state as HostsState);
  const ended = once(child, 'exit', { signal: over.signal }).then(() =>
    Promise.reject(new Error('the simulated hosts have ended')),
  );
  child.send(command);
  try {
    return await Promise.race([answered, ended]);
  } finally {
    over.abort();
  }
}
