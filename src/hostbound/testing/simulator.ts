/**
 * Runs simulated hosts in a process of its own, so that their work is not counted with the controller's. Speaks to its
 * parent by Node's IPC: takes `SimulatorCommand`s, answers each with a `HostsState`. Ends with its parent.
 */
import { agentToken } from '../../feed/index.ts';
import { ClaimRun } from './claim-run.ts';
import { SimulatedHost } from './simulated-host.ts';
import type { HostsState, SimulatorCommand } from './simulator-protocol.ts';

const hosts: SimulatedHost[] = [];
const closes = new Map<string, number>();
let claims = new ClaimRun([], { count: 0, atOnce: 0 });
let [sessions, told, lastToldAt, lastSyncedAt] = [0, 0, 0, 0];

process.on('message', (command: SimulatorCommand) => {
  if (command.kind === 'join') join(command);
  if (command.kind === 'claim') claims = new ClaimRun(hosts, command);
  if (command.kind === 'count-anew') {
    closes.clear();
    [sessions, told] = [0, 0];
  }
  process.send?.(state());
});
process.on('disconnect', () => process.exit(0));

function join({ endpoint, secret, hosts: plans }: Extract<SimulatorCommand, { kind: 'join' }>): void {
  for (const plan of plans) {
    const host = new SimulatedHost({
      ...plan,
      endpoint,
      token: agentToken(secret, plan.name),
      onSession() {
        sessions += 1;
      },
      onTold(ports) {
        told += ports;
        lastToldAt = now();
      },
      onSynced() {
        lastSyncedAt = now();
      },
      onAnswer: (claim, isGranted) => claims.answered(claim, isGranted),
      onEnd(reason) {
        closes.set(reason, (closes.get(reason) ?? 0) + 1);
      },
    });
    hosts.push(host);
  }
}

function state(): HostsState {
  const synced = hosts.filter(({ isSynced }) => isSynced).length;
  return {
    hosts: hosts.length,
    synced,
    sessions,
    told,
    closes: Object.fromEntries(closes),
    lastToldAt,
    lastSyncedAt,
    claims: claims.state(),
  };
}

function now(): number {
  return performance.timeOrigin + performance.now();
}
