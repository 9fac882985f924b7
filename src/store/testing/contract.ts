import { describe } from 'node:test';
import { bindingsContract } from './bindings-contract.ts';
import { bulkContract } from './bulk-contract.ts';
import { collectionContract } from './collection-contract.ts';
import type { ContractSubject } from './contract-subject.ts';
import { durabilityContract } from './durability-contract.ts';
import { observedContract } from './observed-contract.ts';
import { outboxContract } from './outbox-contract.ts';
import { unitContract } from './unit-contract.ts';

/** What every store must do, over whichever database. */
export function storeContract(name: string, subject: ContractSubject): void {
  describe(name, () => {
    unitContract(subject);
    bulkContract(subject);
    outboxContract(subject);
    collectionContract(subject);
    observedContract(subject);
    bindingsContract(subject);
    durabilityContract(subject);
  });
}
