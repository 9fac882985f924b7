import { err, ok, type Result } from '../../base/index.ts';
import { formatPrefix, type Prefix } from '../../ip/index.ts';
import { created, type Decision, type Key, type Problem, type RuleContext, updated } from '../../kit/index.ts';
import { type AddressGroup, type AddressGroupInput, addressGroupTable } from './address-group.ts';
import { addressesExist, addressesNotFound, tooManyAddresses } from './refusals.ts';

type Outcome = Result<Decision<AddressGroup>, Problem>;

/** Bounds what each change and each rule that names the group costs. DEVIATION(ADR-0008): Neutron has no bound. */
const maxAddresses = 10_000;

/** The keys that any change of the group makes dirty. */
export function addressGroupKeys({ id }: AddressGroup): readonly Key[] {
  return [{ kind: 'address-group', id }];
}

export function decideCreate(input: AddressGroupInput, context: RuleContext): Outcome {
  if (input.addresses.length > maxAddresses) return err(tooManyAddresses({ maximum: maxAddresses }));
  return ok(created(addressGroupTable, { ...input, shared: false }, context, addressGroupKeys));
}

export function decideAdd(group: AddressGroup, added: readonly Prefix[], context: RuleContext): Outcome {
  const present = namesOf(group.addresses);
  const known = added.filter((address) => present.has(formatPrefix(address)));
  if (known.length > 0) return err(addressesExist({ id: group.id, addresses: known }));
  const addresses = [...group.addresses, ...added];
  if (addresses.length > maxAddresses) return err(tooManyAddresses({ maximum: maxAddresses }));
  return ok(withAddresses(group, addresses, context));
}

export function decideRemove(group: AddressGroup, gone: readonly Prefix[], context: RuleContext): Outcome {
  const present = namesOf(group.addresses);
  const missing = gone.filter((address) => !present.has(formatPrefix(address)));
  if (missing.length > 0) return err(addressesNotFound({ id: group.id, addresses: missing }));
  const unwanted = namesOf(gone);
  const kept = group.addresses.filter((address) => !unwanted.has(formatPrefix(address)));
  return ok(withAddresses(group, kept, context));
}

function withAddresses(
  group: AddressGroup,
  addresses: readonly Prefix[],
  context: RuleContext,
): Decision<AddressGroup> {
  return updated(addressGroupTable, group, { addresses }, context, addressGroupKeys(group));
}

/** To be looked up in: both lists may have thousands, and a request that compares each with each stops all others. */
function namesOf(addresses: readonly Prefix[]): ReadonlySet<string> {
  return new Set(addresses.map(formatPrefix));
}
