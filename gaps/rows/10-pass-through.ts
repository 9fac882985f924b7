import { type Port, unwrap } from '../../src/client/index.ts';
import type { Row } from '../contract.ts';
import { expect } from '../probe.ts';
import { createWorkbench } from '../workbench/workbench.ts';

/** The VIF type of each kind of port, on a host that has the hardware. Source: neutron-lib portbindings VIF_TYPE_*. */
const hardware: readonly { readonly vnicType: Port['binding:vnic_type']; readonly vifTypes: readonly string[] }[] = [
  { vnicType: 'direct', vifTypes: ['hw_veb', 'hostdev'] },
  { vnicType: 'macvtap', vifTypes: ['macvtap', 'hw_veb'] },
  { vnicType: 'direct-physical', vifTypes: ['hostdev_physical', 'hostdev'] },
];

/** Pass-through ports are asked for by their vnic_type; what a host makes of them shows in the binding. */
export const passThrough: Row = {
  id: '10',
  title: 'IPv6/IPv4 feature parity in support for pass-through capabilities (e.g. SR-IOV)',
  claim:
    'On direct, macvtap and direct-physical ports both families get the same addressing, metadata, security groups and anti-spoofing as on a normal port.',
  source: ['Networking API v2.0, port bindings extension (binding:vnic_type, binding:vif_type)'],
  async check(context) {
    const { probe, cloud, guests } = context;
    const bench = createWorkbench(context);
    const network = await bench.network();
    for (const { vnicType, vifTypes } of hardware) {
      const bound = await probe.part(`a port with vnic_type ${vnicType} is bound to hardware`, async (note) => {
        const port = await bench.port(network, { 'binding:vnic_type': vnicType });
        const shown = unwrap(await cloud.admin.ports.update(port.id, { 'binding:host_id': guests.hosts[0] }));
        const vifType = shown['binding:vif_type'] ?? 'unbound';
        note(
          `bound to ${guests.hosts[0]}: vif_type ${vifType}, vif_details ${JSON.stringify(shown['binding:vif_details'])}`,
        );
        expect(
          vifTypes.some((one) => one === vifType),
          `bound as ${vifType}, which passes nothing through`,
        );
      });
      if (bound) probe.leaveUnproven(`both families on a ${vnicType} port`, 'no row looks further yet');
    }
  },
};
