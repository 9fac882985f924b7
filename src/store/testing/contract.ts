import { describe } from 'node:test';
import { collectionContract } from './collection-contract.ts';
import { durabilityContract } from './durability-contract.ts';
import { observedContract } from './observed-contract.ts';
import { outboxContract } from './outbox-contract.ts';
import { unitContract } from './unit-contract.ts';

/** What a store is tested on. */
export interface ContractSubject {
  /** Makes an empty database and says how to open it. */
  createDatabase(): Promise<string>;
  /** Ends the server as a power cut would and starts it again; where there is one. */
  crash?(): Promise<void>;
}

/** What every store must do, over whichever database. */
export function storeContract(name: string, subject: ContractSubject): void {
  describe(name, () => {
    unitContract(subject);
    outboxContract(subject);
    collectionContract(subject);
    observedContract(subject);
    durabilityContract(subject);
  });
}
