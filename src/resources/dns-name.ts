import { err, ok } from '../base/index.ts';
import { type FieldType, fieldTypes, invalidAttribute, type Problem } from '../kit/index.ts';

/** neutron-lib db/constants.py FQDN_FIELD_SIZE */
const longestName = 255;

const text = fieldTypes.text(longestName);

/** A host's name, with or without its domain; empty for none. Kept in lower case (neutron-lib api/validators/dns.py). */
export const dnsName: FieldType<string> = lowerCase((name) => (name === '' ? undefined : wrongName(name)));

/** A domain with the dot of the root at its end, with room for a host's name before it; empty for none. */
export const dnsDomain: FieldType<string> = lowerCase((domain) => {
  if (domain === '') return undefined;
  if (!domain.endsWith('.')) return invalidAttribute(`'${domain}' is not a FQDN`);
  if (domain.length > longestName - 2)
    return invalidAttribute(`Adding a sub-domain to '${domain}' will cause it to exceed ${longestName} characters`);
  return wrongName(domain);
});

function lowerCase(check: (name: string) => Problem | undefined): FieldType<string> {
  return {
    ...text,
    parse(value) {
      const parsed = text.parse(value);
      if (!parsed.ok) return parsed;
      const name = parsed.value.toLowerCase();
      const wrong = check(name);
      return wrong ? err(wrong) : ok(name);
    },
    filterValue: (value) => ok(value.toLowerCase()),
  };
}

function wrongName(name: string): Problem | undefined {
  const labels = name.replace(/\.$/, '').split('.');
  const wrong = labels.find((label) => !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label));
  if (wrong !== undefined)
    return invalidAttribute(`'${name}' not a valid PQDN or FQDN. Reason: '${wrong}' is no label of 1-63 characters`);
  const isNumeric = labels.length > 1 && /^\d+$/.test(labels.at(-1) ?? '');
  return isNumeric ? invalidAttribute(`'${name}' not a valid PQDN or FQDN. Reason: its TLD is all numeric`) : undefined;
}
