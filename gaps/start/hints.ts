import type { StartOptions } from './protocol.ts';

/** Suggests what to do next, in commands to copy. */
export function describeStart(options: StartOptions): string {
  const { port, rows } = options;
  const endpoint = `http://127.0.0.1:${port}`;
  return `
The Networking API is on ${endpoint}/${rows ? '' : ` and, for a browser, the gap report (also in ${options.reportDirectory})`}.
Try it from another terminal:

  export OS_AUTH_TYPE=none OS_ENDPOINT=${endpoint}
  openstack network create blue
  openstack subnet create --network blue --ip-version 6 --ipv6-ra-mode slaac --ipv6-address-mode slaac \\
    --subnet-range 2001:db8:b1::/64 blue6
  openstack port create --network blue one
  openstack port create --network blue two

  ./sextant port plug one --host h1 --guest g1
  ./sextant port plug two --host h2 --guest g2
  ./sextant port list
  ./sextant guest exec g1 -- ip address show eth0
  ./sextant guest ping g1 two
  ./sextant lab status

Ctrl-C ends it all.
`;
}
