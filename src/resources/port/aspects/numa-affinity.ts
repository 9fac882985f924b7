import { ok } from '../../../base/index.ts';
import { type Aspect, changeable, fieldTypes } from '../../../kit/index.ts';

const { nullable, word } = fieldTypes;

const fields = {
  numaAffinityPolicy: changeable(nullable(word('required', 'preferred', 'legacy')), { default: undefined }),
};

/** Tells Nova how strictly to place a guest on the NUMA node of the port's device (port_numa_affinity_policy.py). */
export const numaAffinity: Aspect<typeof fields, object, object> = {
  extension: {
    alias: 'port-numa-affinity-policy',
    name: 'Port NUMA affinity policy',
    description: 'Expose the port NUMA affinity policy',
    updated: '2020-07-08T10:00:00-00:00',
  },
  fields,
  // Null, which takes it away, is said as undefined.
  decide: ({ before, input }) => {
    const chosen = 'numaAffinityPolicy' in input ? input : before;
    return ok({ numaAffinityPolicy: chosen?.numaAffinityPolicy });
  },
};
