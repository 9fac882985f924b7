import { err, ok, type Result } from '../../../base/index.ts';
import {
  type Aspect,
  type AttributeType,
  attributeTypes,
  changeable,
  invalidAttribute,
  type KeptType,
  type Problem,
} from '../../../kit/index.ts';

const { list, nullable, object, oneNumberOf, text } = attributeTypes;

/** An option that the port's DHCP client is to get, by its name in dnsmasq or its number. */
export interface ExtraDhcpOption {
  readonly name: string;
  readonly value: string;
  readonly ipVersion: 4 | 6;
}

/** One of a client's `extra_dhcp_opts`. */
export interface ExtraDhcpOptionRequest extends Omit<ExtraDhcpOption, 'value'> {
  /** Undefined takes the option away from a port that exists. */
  readonly value: string | undefined;
}

/** neutron-lib api/definitions/extra_dhcp_opt.py VALID_BLANK_EXTRA_DHCP_OPTS */
const mayBeBlank: readonly string[] = ['router', 'classless-static-route'];

const item = object({ opt_name: text(64), opt_value: nullable(text(255)), ip_version: oneNumberOf(4, 6) }, [
  'ip_version',
]);

const requests: AttributeType<readonly ExtraDhcpOptionRequest[]> = {
  schema: { type: ['array', 'null'], items: item.schema },
  parse(value) {
    const parsed = list(item).parse(value ?? []);
    if (!parsed.ok) return parsed;
    const wrong = parsed.value.map(({ opt_name, opt_value }) => wrongText(opt_name, opt_value)).find((each) => each);
    if (wrong) return err(wrong);
    return ok(
      parsed.value.map(({ opt_name, opt_value, ip_version = 4 }) => ({
        name: opt_name,
        value: opt_value,
        ipVersion: ip_version,
      })),
    );
  },
};

function wrongText(name: string, value: string | undefined): Problem | undefined {
  if (name.trim() === '' || /[\r\n]/.test(name)) return invalidAttribute(`'${name}' is not a valid option name`);
  if (value === undefined || (value === '' && mayBeBlank.includes(name))) return undefined;
  const isWrong = value.trim() === '' || /[\r\n]/.test(value);
  return isWrong ? invalidAttribute(`'${value}' is not a valid value of the option '${name}'`) : undefined;
}

const kept: KeptType<readonly ExtraDhcpOption[]> = {
  schema: {
    type: 'array',
    items: {
      type: 'object',
      properties: { opt_name: { type: 'string' }, opt_value: { type: 'string' }, ip_version: { enum: [4, 6] } },
    },
  },
  show: (options) =>
    options.map(({ name, value, ipVersion }) => ({ opt_name: name, opt_value: value, ip_version: ipVersion })),
  column: { kind: 'text' },
  toColumn: (options) => (options.length === 0 ? '[]' : JSON.stringify(options)),
  fromColumn: (value) => (value === '[]' ? noOptions : (JSON.parse(String(value)) as readonly ExtraDhcpOption[])),
};

const noOptions: readonly never[] = [];

const fields = {
  extraDhcpOptions: changeable(kept, {
    name: 'extra_dhcp_opts',
    given: requests,
    default: [],
    isUnfiltered: true,
  }),
};

/**
 * neutron-lib api/definitions/extra_dhcp_opt.py. They are kept and shown. The extension is not listed, as the first hop's
 * DHCP does not hand them out so far.
 */
export const extraDhcpOptions: Aspect<typeof fields, object, object> = {
  fields,
  decide({ before, input }): Result<{ extraDhcpOptions: readonly ExtraDhcpOption[] }, Problem> {
    const current = before?.extraDhcpOptions ?? noOptions;
    return ok({ extraDhcpOptions: input.extraDhcpOptions ? changed(current, input.extraDhcpOptions) : current });
  },
};

/** Each that is named gets its new value, or goes; the others stay (neutron db/extradhcpopt_db.py). */
function changed(
  current: readonly ExtraDhcpOption[],
  wanted: readonly ExtraDhcpOptionRequest[],
): readonly ExtraDhcpOption[] {
  const byKey = new Map(current.map((option) => [keyOf(option), option]));
  for (const { value, ...option } of wanted) {
    if (value === undefined) byKey.delete(keyOf(option));
    else byKey.set(keyOf(option), { ...option, value });
  }
  return [...byKey.values()];
}

function keyOf({ name, ipVersion }: Pick<ExtraDhcpOption, 'name' | 'ipVersion'>): string {
  return `${ipVersion} ${name}`;
}
