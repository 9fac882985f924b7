import { err, ok, type Result } from '../../base/index.ts';
import { equalPrefix, type Prefix } from '../../ip/index.ts';
import { type Decision, type Key, type Problem, type RuleContext, updated } from '../../kit/index.ts';
import { type AddressGroup, addressGroupTable } from './address-group.ts';
import { addressesExist, addressesNotFound } from './refusals.ts';

type Outcome = Result<Decision<AddressGroup>, Problem>;

/** The keys that any change of the group makes dirty. */
export function addressGroupKeys({ id }: AddressGroup): readonly Key[] {
  return [{ kind: 'address-group', id }];
}

/** Adds prefixes to a group. All are refused when the group has one of them already. */
export function decideAdd(group: AddressGroup, added: readonly Prefix[], context: RuleContext): Outcome {
  const known = added.filter((address) => includes(group.addresses, address));
  if (known.length > 0) return err(addressesExist({ id: group.id, addresses: known }));
  return ok(withAddresses(group, [...group.addresses, ...added], context));
}

/** Takes prefixes out of a group. All are refused when the group lacks one of them. */
export function decideRemove(group: AddressGroup, gone: readonly Prefix[], context: RuleContext): Outcome {
  const missing = gone.filter((address) => !includes(group.addresses, address));
  if (missing.length > 0) return err(addressesNotFound({ id: group.id, addresses: missing }));
  const kept = group.addresses.filter((address) => !includes(gone, address));
  return ok(withAddresses(group, kept, context));
}

function withAddresses(
  group: AddressGroup,
  addresses: readonly Prefix[],
  context: RuleContext,
): Decision<AddressGroup> {
  return updated(addressGroupTable, group, { addresses }, context, addressGroupKeys(group));
}

function includes(all: readonly Prefix[], wanted: Prefix): boolean {
  return all.some((one) => equalPrefix(one, wanted));
}
