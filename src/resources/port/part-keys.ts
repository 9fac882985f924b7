import type { Key } from '../../kit/index.ts';
import type { NetworkId, QosPolicyId } from '../ids.ts';

/** The first digits of ids: the ports of a part have ids that begin with its digit. */
const digits = [...'0123456789abcdef'];

/**
 * The keys by which all ports that have a policy are looked at again: sixteen, however many thousands these are. One names a
 * part of them that fits into a transaction.
 */
export function policyPortKeys(id: QosPolicyId): readonly Key[] {
  return digits.map((digit) => ({ kind: 'qos-policy-ports', id: `${id}.${digit}` }));
}

/** The same for the ports of a network, whose rows have its administrative state and its policy. */
export function networkPortKeys(id: NetworkId): readonly Key[] {
  return digits.map((digit) => ({ kind: 'network-ports', id: `${id}.${digit}` }));
}

/** The id of a policy or a network in such a key, and the ids of its ports in that part: from `first` on, and below `end`. */
export function readPortPart(keyId: string): { readonly id: string; readonly first: string; readonly end: string } {
  const [id = '', digit = ''] = keyId.split('.', 2);
  // `g` comes after all hexadecimal digits.
  return { id, first: digit, end: digits[digits.indexOf(digit) + 1] ?? 'g' };
}
