import { type Clock, milliseconds } from '../base/index.ts';
import type { NorthboundClaim } from '../northbound/index.ts';
import type { Store } from '../store/index.ts';

/** The store, and whether NB belongs to it. */
export interface HostAdmissionOptions {
  readonly store: Pick<Store, 'snapshot'>;
  readonly claim: Pick<NorthboundClaim, 'refusal' | 'wasOurs' | 'compared'>;
  readonly clock: Clock;
}

/** How long hosts wait for the comparison with NB, which may be away. */
const patience = milliseconds(3_000);

/**
 * Says whether hosts may be told what the store holds. A store that is not the one that NB belongs to, or that is empty,
 * knows none of their ports: agents would take these for deleted, and cut the guests off. Without a controller they go on
 * with what they know. While NB is away, a store that holds something is taken for the right one.
 */
export function hostAdmission({ store, claim, clock }: HostAdmissionOptions): () => Promise<boolean> {
  const tooLong = new Promise<void>((resolve) => clock.after(patience, resolve));
  return async () => {
    await Promise.race([claim.compared, tooLong]);
    if (claim.wasOurs) return true;
    if (claim.refusal !== undefined) return false;
    return store.snapshot(async ({ revision }) => revision > 0);
  };
}
