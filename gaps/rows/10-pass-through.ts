import type { Row } from '../contract.ts';
import { needOfApi } from '../requests.ts';
import { createWorkbench } from '../workbench.ts';

/** Pass-through ports are asked for by their vnic_type. */
export const passThrough: Row = {
  id: '10',
  title: 'IPv6/IPv4 feature parity in support for pass-through capabilities (e.g. SR-IOV)',
  claim:
    'On direct, macvtap and direct-physical ports both families get the same addressing, metadata, security groups and anti-spoofing as on a normal port.',
  source: ['Networking API v2.0, port bindings extension (binding:vnic_type)'],
  async check(context) {
    const network = await createWorkbench(context).network();
    for (const vnicType of ['direct', 'macvtap', 'direct-physical']) {
      await needOfApi(context, {
        part: `a port with vnic_type ${vnicType}`,
        path: '/v2.0/ports',
        body: { port: { network_id: network.id, 'binding:vnic_type': vnicType } },
      });
    }
  },
};
