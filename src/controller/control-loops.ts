import { type Clock, type Log, type Milliseconds, milliseconds } from '../base/index.ts';
import type { Key } from '../kit/index.ts';
import {
  countKnown,
  listOwnedKeys,
  NorthboundClaim,
  type NorthboundDatabase,
  NorthboundTarget,
  northboundSource,
  pauseOf,
  type World,
  weightOf,
} from '../northbound/index.ts';
import type { Operation } from '../ovsdb/index.ts';
import { type Convergence, Engine, type EngineProgress, PacedKeys } from '../reconcile/index.ts';
import type { PortId } from '../resources/index.ts';
import {
  followBindings,
  hasBinding,
  type SouthboundDatabase,
  statusSource,
  statusTarget,
} from '../southbound/index.ts';
import type { Store } from '../store/index.ts';
import { OutboxFollower } from './outbox-follower.ts';

/** The store and OVN's databases, which the loops keep in line. */
export interface ControlLoopsOptions {
  readonly store: Store;
  readonly northbound: NorthboundDatabase;
  readonly southbound: SouthboundDatabase;
  readonly clock: Clock;
  readonly log: Log;
  /** Takes NB over for this store, whatever it holds. */
  readonly adoptNorthbound: boolean;
  readonly onConverged?: (convergence: Convergence) => void;
}

/** The two loops beside the API: from the store to NB, and from SB and the hosts' reports to `status`. */
export interface ControlLoops {
  start(): void;
  stop(): Promise<void>;
  /** Ports whose status must be derived again. */
  markStatus(portIds: readonly PortId[]): void;
  /** Compares everything again, on both ways. */
  requestScan(): void;
  /** Resolves when both ways have nothing left to do. */
  idle(): Promise<void>;
  progress(): ControlProgress;
  /** Says whether NB belongs to this store. */
  readonly claim: Pick<NorthboundClaim, 'refusal' | 'wasOurs' | 'compared'>;
}

/** How far NB and the status of ports are behind the store. */
export interface ControlProgress {
  readonly northbound: EngineProgress;
  readonly status: EngineProgress;
  /** Why nothing is written to NB, for the operator; undefined when it may be. */
  readonly refusal: string | undefined;
  readonly outboxDepth: number;
}

/**
 * northd looks at everything for each transaction, some 100 ms with 10,000 ports, so under load it gets few: 4 ms for each
 * key that came together, up to half a second. A change that comes alone goes at once, and so does the next one.
 */
function gatherTime(keys: number): Milliseconds {
  return milliseconds(keys > 1 ? Math.min(500, 4 * keys) : 0);
}

/** Puts the two engines together with what wakes them. */
export function createControlLoops(options: ControlLoopsOptions): ControlLoops {
  const { store, northbound, southbound, clock, log, onConverged } = options;
  const claim = claimOn(options);
  const target = new NorthboundTarget(northbound, claim);
  const push: Engine<World, Operation> = new Engine({
    source: northboundSource(store),
    target,
    clock,
    log: log.child({ loop: 'northbound' }),
    weightOf,
    gatherTime,
    onConverged(convergence) {
      // A key that came again and is held back was looked at before that: it has not arrived.
      const settled = convergence.settled.filter((key) => !paced.isHeld(key));
      outbox.onConverged({ ...convergence, settled });
      onConverged?.(convergence);
    },
  });
  const status = new Engine({
    source: statusSource(store),
    target: statusTarget(store, southbound.replica),
    clock,
    log: log.child({ loop: 'status' }),
  });
  const paced = new PacedKeys({ clock, pauseOf, onKeys: (keys) => push.mark(keys) });
  const outbox = new OutboxFollower({
    store,
    clock,
    log,
    onKeys(keys) {
      paced.mark(keys);
      // A port that moves to another host may be wired there already. A new port needs no look: SB will report it.
      status.mark(keys.filter(({ kind, id }) => kind === 'port' && hasBinding(southbound.replica, id as PortId)));
    },
  });
  const portKeys = (ids: readonly PortId[]): readonly Key[] => ids.map((id) => ({ kind: 'port', id }));
  let unfollow: (() => void)[] = [];
  return {
    start() {
      unfollow = [
        target.follow({ onSnapshot: () => push.requestScan(), onChange: (keys) => push.mark(keys) }),
        followBindings(southbound.replica, {
          onSnapshot: () => status.requestScan(),
          onChange: (ids) => status.mark(portKeys(ids)),
        }),
      ];
      push.start();
      status.start();
      outbox.start();
    },
    async stop() {
      for (const stop of unfollow) stop();
      await Promise.all([push.stop(), status.stop()]);
      await outbox.stop();
      paced.stop();
    },
    claim,
    markStatus: (ids) => status.mark(portKeys(ids)),
    requestScan() {
      push.requestScan();
      status.requestScan();
    },
    async idle() {
      await Promise.all([push.idle(), status.idle()]);
    },
    progress: () => ({
      northbound: push.progress(),
      refusal: claim.refusal,
      status: status.progress(),
      outboxDepth: outbox.depth,
    }),
  };
}

function claimOn({ store, northbound, clock, log, adoptNorthbound }: ControlLoopsOptions): NorthboundClaim {
  return new NorthboundClaim({
    replica: northbound.replica,
    storeId: store.id,
    ownedKeys: () => listOwnedKeys(northbound),
    countKnown: (keys) => countKnown(store, keys),
    adopt: adoptNorthbound,
    clock,
    log,
  });
}
