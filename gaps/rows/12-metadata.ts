import type { Row } from '../contract.ts';
import { expectHttp } from '../workbench/traffic.ts';
import { createWorkbench } from '../workbench/workbench.ts';

/** Where cloud-init looks for metadata on a link without IPv4. Source: Nova and cloud-init's OpenStack datasource. */
const metadata = 'fe80::a9fe:a9fe';

/** An isolated IPv6-only guest asks for its metadata as cloud-init does. */
export const metadataOverIpv6: Row = {
  id: '12',
  title: 'VM access to the metadata server using cloud-init with IPv6-only interfaces',
  claim:
    'Unmodified cloud-init on an IPv6-only guest fetches user data and SSH keys at [fe80::a9fe:a9fe], on isolated networks too and while overlapping tenants each get their own; a forged X-Forwarded-For gets nothing.',
  source: ['Networking API v2.0, metadata over IPv6 link-local', 'RFC 4291 §2.5.6'],
  async check(context) {
    const { probe, guests } = context;
    const bench = createWorkbench(context);
    const network = await bench.network();
    await bench.subnet(network, { cidr: '2001:db8:12::/64', ipv6_ra_mode: 'slaac', ipv6_address_mode: 'slaac' });
    const { guest, interface: name } = await bench.plug({ host: guests.hosts[0], network });
    await guest.waitForAddress();
    const answered = await probe.part('the metadata service answers on an IPv6-only link', async (note) => {
      await expectHttp({ from: guest, to: `${metadata}%${name}`, note }, '/openstack/latest/meta_data.json');
    });
    if (answered) probe.leaveUnproven('cloud-init configures the guest', 'no row boots a guest yet');
  },
};
