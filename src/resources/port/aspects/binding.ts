import { ok, parseExactJson } from '../../../base/index.ts';
import {
  type Aspect,
  askedFor,
  attributeTypes,
  changeable,
  type FieldType,
  fieldTypes,
  type Json,
  jsonText,
  type Reader,
  type RuleContext,
  readOnly,
  type View,
} from '../../../kit/index.ts';
import { firstHopAgentType, hostScope, isAlive } from '../../agent/agent.ts';
import { agentTable } from '../../agent/table.ts';
import { isRouterPort } from '../owner.ts';

const { anyObject, orNull } = attributeTypes;
const { text, word } = fieldTypes;

/** The kinds of virtual NIC that `binding:vnic_type` may name (neutron-lib api/definitions/portbindings.py). */
export type VnicType =
  | 'normal'
  | 'direct'
  | 'macvtap'
  | 'baremetal'
  | 'direct-physical'
  | 'virtio-forwarder'
  | 'smart-nic'
  | 'vdpa'
  | 'accelerator-direct'
  | 'accelerator-direct-physical'
  | 'remote-managed';

const vnicType = word<VnicType>(
  'normal',
  'direct',
  'macvtap',
  'baremetal',
  'direct-physical',
  'virtio-forwarder',
  'smart-nic',
  'vdpa',
  'accelerator-direct',
  'accelerator-direct-physical',
  'remote-managed',
);

type Profile = Readonly<Record<string, unknown>>;

const noProfile: Profile = {};

const profile: FieldType<Profile> = {
  // neutron plugins/ml2/models.py BINDING_PROFILE_LEN
  ...anyObject(4095),
  show: (value) => value as Json,
  column: { kind: 'text' },
  toColumn: jsonText,
  fromColumn: (value) => (value === '{}' ? noProfile : (parseExactJson(String(value)) as Profile)),
};

/** How a guest is plugged in, which Nova asks; `binding_failed` sends it to another host. */
export type VifType = 'unbound' | 'ovs' | 'binding_failed';

const fields = {
  /** The host's name; empty while the port is not bound. */
  hostId: changeable(text(255), {
    name: 'binding:host_id',
    column: 'binding_host_id',
    // Null unbinds: Nova sends it when an instance is deleted that used an existing port.
    given: orNull(attributeTypes.text(255), ''),
    default: '',
    writableBy: 'admin',
    visibleTo: 'admin',
  }),
  vnicType: changeable(vnicType, { name: 'binding:vnic_type', column: 'binding_vnic_type', default: 'normal' }),
  profile: changeable(profile, {
    name: 'binding:profile',
    column: 'binding_profile',
    default: {},
    writableBy: 'admin',
    visibleTo: 'admin',
    isUnfiltered: true,
  }),
  vifType: readOnly(word<VifType>('unbound', 'ovs', 'binding_failed'), {
    name: 'binding:vif_type',
    column: 'binding_vif_type',
    visibleTo: 'admin',
    isUnfiltered: true,
  }),
};

interface Draft {
  readonly deviceOwner: string;
}

/** The facts that binding a port to a host needs. */
export interface BindingWorld {
  /** Whether an agent that is alive serves the host, if the port is to be bound to it. */
  readonly isHostServed?: boolean;
}

/** Where and how a port is plugged (neutron-lib api/definitions/portbindings.py). */
export const binding: Aspect<typeof fields, Draft, BindingWorld> = {
  extension: {
    alias: 'binding',
    name: 'Port Binding',
    description: 'Expose port bindings of a virtual port to external application',
    updated: '2014-02-03T10:00:00-00:00',
  },
  fields,
  shows: [
    {
      name: 'binding:vif_details',
      access: 'read-only',
      schema: { type: 'object' },
      visibleTo: 'admin',
      read: (port, view) => (port.vifType === 'ovs' ? vifDetails(view) : {}),
    },
  ],
  async read({ before, input: { hostId = before?.hostId ?? '' } }, reader, context) {
    if (hostId === '' || isBound(before, hostId)) return {};
    return { isHostServed: await hasLiveAgent(reader.unscoped, hostId, context) };
  },
  decide(asked, { isHostServed = true }) {
    const hostId = askedFor(asked, 'hostId');
    const isGuest = hostId !== '' && !isRouterPort(asked.draft);
    const vifType = isHostServed ? 'ovs' : 'binding_failed';
    return ok({
      hostId,
      vnicType: askedFor(asked, 'vnicType'),
      profile: askedFor(asked, 'profile'),
      vifType: isGuest ? vifType : 'unbound',
    });
  },
};

/** A binding that failed is tried again with each change of the port (neutron plugins/ml2/plugin.py `_bind_port_if_needed`). */
function isBound(before: { readonly hostId: string; readonly vifType: VifType } | undefined, hostId: string): boolean {
  return before?.hostId === hostId && before.vifType !== 'binding_failed';
}

/** No guest can be plugged in where no agent wires it (neutron mech_driver.py `bind_port`). */
async function hasLiveAgent(reader: Reader, host: string, { now, settings }: RuleContext): Promise<boolean> {
  const id = await reader.holderOf(hostScope(firstHopAgentType), host);
  const agent = id === undefined ? undefined : await reader.find(agentTable, id);
  return agent !== undefined && isAlive(agent, { now: Date.parse(now), settings });
}

/** Nova's os-vif plugs the interface into `bridge_name`: the first hop's bridge, not OVN's. */
function vifDetails({ settings }: View): Json {
  return {
    port_filter: true,
    connectivity: 'l2',
    bridge_name: settings.bridgeName,
    bound_drivers: { '0': 'sextant' },
  };
}
