import { err, ok, type Result } from '../../base/index.ts';
import type { Prefix } from '../../ip/index.ts';
import {
  type Action,
  attributeTypes,
  type Decision,
  fieldTypes,
  invalidAttribute,
  type Problem,
  type Resource,
  type RuleContext,
  type Schema,
  type ScopedReader,
} from '../../kit/index.ts';
import type { NetworkId } from '../ids.ts';
import { ownedOrShared } from '../rbac-policy/sharing.ts';
import { subnetpoolExtensions } from './extensions.ts';
import { readFreeAround } from './free-space.ts';
import { intersection } from './prefix-set.ts';
import { decideCreate, decideDelete, decideOnboard, decideRemovePrefixes, decideUpdate } from './rules.ts';
import {
  prefixList,
  type Subnetpool,
  type SubnetpoolInput,
  subnetpoolDefinition,
  subnetpoolTable,
} from './subnetpool.ts';
import { compactIn, readDeleteWorld, readOnboardWorld, readScopeWorld, readUpdateWorld } from './world.ts';

const prefixBody = attributeTypes.object({ prefixes: prefixList });
const networkBody = attributeTypes.object({ network_id: fieldTypes.uuid<NetworkId>('network') });

const onboardedSchema: Schema = {
  type: 'array',
  items: {
    type: 'object',
    properties: { id: { type: 'string', format: 'uuid' }, cidr: { type: 'string' } },
    required: ['id', 'cidr'],
  },
};

/** Serves `/v2.0/subnetpools`: prefixes that subnets are taken from. */
export const subnetpoolResource: Resource<Subnetpool, SubnetpoolInput> = {
  table: subnetpoolTable,
  definition: subnetpoolDefinition,
  extensions: subnetpoolExtensions,
  policy: {
    get: 'reader',
    create: 'member',
    update: 'owner',
    delete: 'owner',
    add_prefixes: 'owner',
    remove_prefixes: 'owner',
    onboard_network_subnets: 'owner',
  },
  visibleTo: ownedOrShared,
  // The free blocks of a pool are rows of no resource, and a bulk in parts writes no others.
  maxBulkItems: 100,
  create: async (input, { unscoped }, context) =>
    decideCreate(input, await readScopeWorld(unscoped, input.addressScopeId), context),
  update,
  remove: async (pool, { unscoped }) => decideDelete(pool, await readDeleteWorld(unscoped, pool)),
  actions: {
    add_prefixes: prefixAction((pool, prefixes, reader, context) =>
      update(pool, { prefixes: [...pool.prefixes, ...prefixes] }, reader, context),
    ),
    remove_prefixes: prefixAction(async (pool, prefixes, { unscoped }, context) => {
      const gone = intersection(pool.prefixes, compactIn(pool, prefixes));
      return decideRemovePrefixes(pool, gone, await readFreeAround(unscoped, pool, gone), context);
    }),
    onboard_network_subnets: {
      schema: networkBody.schema,
      answer: onboardedSchema,
      async run(pool, body, reader, context) {
        const parsed = networkBody.parse(body);
        if (!parsed.ok) return err(parsed.error);
        const { network_id: networkId } = parsed.value;
        return decideOnboard(pool, networkId, await readOnboardWorld(reader, pool, networkId), context);
      },
    },
  },
};

async function update(
  pool: Subnetpool,
  input: Partial<SubnetpoolInput>,
  { unscoped }: ScopedReader,
  context: RuleContext,
): Promise<Result<Decision<Subnetpool>, Problem>> {
  return decideUpdate(pool, input, await readUpdateWorld(unscoped, pool, input), context);
}

type Change = (
  pool: Subnetpool,
  prefixes: readonly Prefix[],
  reader: ScopedReader,
  context: RuleContext,
) => Promise<Result<Decision<Subnetpool>, Problem>>;

/** `PUT /v2.0/subnetpools/<id>/add_prefixes` with `{"prefixes": [...]}`, which answers all that the pool has then. */
function prefixAction(change: Change): Action<Subnetpool> {
  return {
    schema: prefixBody.schema,
    answer: attributeTypes.shownSchema(prefixBody),
    async run(pool, body, reader, context) {
      const parsed = prefixBody.parse(body);
      if (!parsed.ok) return err(parsed.error);
      if (parsed.value.prefixes.length === 0) return err(invalidAttribute('Request body contains invalid data'));
      const changed = await change(pool, parsed.value.prefixes, reader, context);
      if (!changed.ok) return changed;
      const { entity, ...rest } = changed.value;
      return ok({ ...rest, answer: { prefixes: prefixList.show(entity.prefixes) } });
    },
  };
}
