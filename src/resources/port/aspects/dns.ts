import { ok } from '../../../base/index.ts';
import { formatAddress } from '../../../ip/index.ts';
import { type Aspect, askedFor, changeable, type Json } from '../../../kit/index.ts';
import { dnsDomain, dnsName } from '../../dns-name.ts';
import type { FixedIp } from '../fixed-ip.ts';

const fields = {
  /** Two ports may have the same name, as in Neutron. */
  dnsName: changeable(dnsName, { default: '' }),
  dnsDomain: changeable(dnsDomain, { default: '' }),
};

interface Draft {
  readonly fixedIps: readonly FixedIp[];
}

/** neutron.conf dns_domain, of which this is the default. DEVIATION(ADR-0008): Neutron keeps no names with it. */
const domain = 'openstacklocal.';

/**
 * Names of ports (neutron-lib api/definitions/dns.py, dns_domain_ports.py). They are kept and shown. The extensions are not
 * listed, as no name server answers guests by them so far.
 */
export const dns: Aspect<typeof fields, Draft, object> = {
  fields,
  shows: [
    {
      name: 'dns_assignment',
      access: 'read-only',
      schema: {
        type: 'array',
        items: {
          type: 'object',
          properties: { hostname: { type: 'string' }, ip_address: { type: 'string' }, fqdn: { type: 'string' } },
        },
      },
      read: ({ dnsName: name, fixedIps }) =>
        fixedIps.map(({ ipAddress }) => assignment(name, formatAddress(ipAddress))),
    },
  ],
  decide: (asked) => ok({ dnsName: askedFor(asked, 'dnsName'), dnsDomain: askedFor(asked, 'dnsDomain') }),
};

/** neutron db/dns_db.py `_get_dns_names_for_port`: a port without a name is called by its address. */
function assignment(name: string, address: string): Json {
  const hostname = name === '' ? `host-${address.replace(/[.:]/g, '-')}` : name;
  return { hostname, ip_address: address, fqdn: hostname.endsWith('.') ? hostname : `${hostname}.${domain}` };
}
