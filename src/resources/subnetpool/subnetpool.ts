import { err, ok } from '../../base/index.ts';
import { formatPrefix, type Prefix, parsePrefix } from '../../ip/index.ts';
import {
  type AttributeType,
  attributeTypes,
  changeable,
  declare,
  type EntityOf,
  type FieldType,
  fieldTypes,
  fixed,
  type InputOf,
  invalidAttribute,
  type KeptType,
  notFound,
  readOnly,
  showValue,
  type Table,
} from '../../kit/index.ts';
import type { AddressScopeId } from '../address-scope/address-scope.ts';
import type { SubnetpoolId } from '../ids.ts';
import { sharedToCaller } from '../rbac-policy/sharing.ts';
import { defaultPoolExists } from './refusals.ts';

const { orAbsent } = attributeTypes;
const { boolean, integer, ipVersion, list, nullable, text, uuid } = fieldTypes;

/** Neutron's validator complains of the attribute, where it takes a subnet's `cidr` for an input. */
const poolPrefix: FieldType<Prefix> = {
  ...fieldTypes.prefix,
  schema: { type: 'string', examples: ['2001:db8::/48'] },
  parse(value) {
    const parsed = typeof value === 'string' ? parsePrefix(value) : undefined;
    return parsed ? ok(parsed) : err(invalidAttribute(`'${showValue(value)}' is not a valid IP subnet`));
  },
};

/** Prefixes, none twice. */
export const prefixList = list(poolPrefix, formatPrefix);

/** Neutron shows these numbers as text (db_base_plugin_common.py `_make_subnetpool_dict`). */
const shownAsText: KeptType<number> = {
  ...integer(0),
  schema: { type: 'string', pattern: '^\\d+$' },
  show: String,
};

const givenLength: AttributeType<number | undefined> = orAbsent(attributeTypes.integer(0));

/** In addresses for IPv4, in /64 prefixes for IPv6; kept in 32 bits by Neutron. */
const quota = nullable(integer(0, 2_147_483_647));

const name: FieldType<string> = fieldTypes.where(text(255), (value) =>
  value.trim() === '' ? invalidAttribute(`'${value}' Blank strings are not permitted`) : undefined,
);

/** neutron-lib api/definitions/subnetpool.py, and what address_scope.py adds. */
const fields = {
  name: changeable(name),
  /** Compact and in order, all of one family. What subnets have of them stays. */
  prefixes: changeable(prefixList, { isUnfiltered: true }),
  ipVersion: readOnly(ipVersion),
  /** Of a subnet whose request names no length. */
  defaultPrefixlen: changeable(shownAsText, { given: givenLength, default: undefined }),
  minPrefixlen: changeable(shownAsText, { given: givenLength, default: undefined }),
  maxPrefixlen: changeable(shownAsText, { given: givenLength, default: undefined }),
  /** The most that the subnets of one project may have of it: /32 of IPv4, /64 of IPv6. Zero, or none: no bound. */
  defaultQuota: changeable(quota, { default: undefined }),
  /** The pool of its family that `use_default_subnetpool` means. */
  isDefault: changeable(boolean, { default: false, writableBy: 'admin' }),
  shared: fixed(boolean, { default: false, writableBy: 'admin', ...sharedToCaller }),
  addressScopeId: changeable(nullable(uuid<AddressScopeId>('address_scope')), { default: undefined, holds: true }),
};

/** Prefixes that subnets are taken from. */
export type Subnetpool = EntityOf<typeof fields, SubnetpoolId>;
/** The attributes a client may give when it makes or changes a subnet pool, already parsed. */
export type SubnetpoolInput = InputOf<typeof fields>;

const declared = declare<typeof fields, SubnetpoolId>(
  {
    name: 'subnetpool',
    collection: 'subnetpools',
    isCounted: true,
    missing: (id) => notFound({ resource: 'subnet_pool', id }),
  },
  fields,
);

/** How subnet pools look in the API (neutron-lib api/definitions/subnetpool.py). */
export const subnetpoolDefinition = declared.definition;

const defaultScope = 'default-subnetpool';

/** How subnet pools are stored. The default one of a family claims to be it, so that there is one. */
export const subnetpoolTable: Table<Subnetpool> = {
  ...declared.table,
  claims: ({ isDefault, ipVersion: family }) => (isDefault ? [{ scope: defaultScope, value: String(family) }] : []),
  taken: ({ scope }) => (scope === defaultScope ? defaultPoolExists() : undefined),
};
