import type { Key } from '../../kit/index.ts';
import type { Kind } from '../kind.ts';
import { uuidOf } from '../translation.ts';

/** The one object of its kind. */
export const filteredPortsKey: Key = { kind: 'filtered-ports', id: 'all' };

/** Of the port group whose members have all packets dropped that nothing admits. */
export const filteredPortsUuid = uuidOf('filtered-ports');

/** All ports that are filtered, taken together. Nothing is stored of it: it is there from when the first port is. */
export const filteredPortsKind: Kind<Key> = {
  kind: filteredPortsKey.kind,
  read: async () => new Map([[filteredPortsKey.id, filteredPortsKey]]),
};
