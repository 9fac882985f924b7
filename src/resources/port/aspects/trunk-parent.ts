import { ok } from '../../../base/index.ts';
import { type Aspect, fieldTypes, readOnly } from '../../../kit/index.ts';
import type { TrunkId } from '../../ids.ts';

const { nullable, uuid } = fieldTypes;

const fields = {
  /** The trunk that the port is the parent of: written with the trunk, so that showing other ports costs no look for one. */
  trunkId: readOnly(nullable(uuid<TrunkId>('trunk')), { isHidden: true }),
};

/** Trunks are resources of their own; `trunk_details` shows them with their parent. */
export const trunkParent: Aspect<typeof fields, object, object> = {
  fields,
  decide: ({ before }) => ok({ trunkId: before?.trunkId }),
};
