import { isUuid } from '../base/index.ts';
import type { Replica, RowChange } from '../ovsdb/index.ts';
import type { PortId } from '../resources/index.ts';
import type { SbRows } from './database.ts';

/** The state of a port in OVN. */
export interface Forwarding {
  readonly isUp: boolean;
  /** The host whose chassis has bound it. */
  readonly chassis: string | undefined;
}

/**
 * ovn-sb(5) Port_Binding.up: the chassis has the port's flows in place. A router's port (type `patch`) is on every
 * chassis and bound to none: it is up as soon as northd knows it.
 */
export function forwardingOf(replica: Replica<SbRows>, portId: PortId): Forwarding {
  const binding = replica.table('Port_Binding').findBy('logicalPort', portId);
  if (!binding) return { isUp: false, chassis: undefined };
  const chassis = binding.chassis && replica.table('Chassis').find(binding.chassis);
  // The host name is what `binding:host_id` and the agents call a host; ovn-controller's own name may be any id.
  const host = chassis && (chassis.hostname || chassis.name);
  return { isUp: isUp(binding), chassis: host };
}

function isUp({ type, up }: SbRows['Port_Binding']): boolean {
  return type === 'patch' || up === true;
}

/** A port that northd has just heard of is as good as absent, until a chassis binds it. */
function isNews({ old, new: fresh }: Pick<BindingChange, 'old' | 'new'>): boolean {
  return old?.chassis !== fresh?.chassis || (old !== undefined && isUp(old)) !== (fresh !== undefined && isUp(fresh));
}

type BindingChange = Extract<RowChange<SbRows>, { readonly table: 'Port_Binding' }>;

/** Whether SB has heard of the port: before that, nothing can have changed about its status. */
export function hasBinding(replica: Replica<SbRows>, portId: PortId): boolean {
  return replica.table('Port_Binding').findBy('logicalPort', portId) !== undefined;
}

/** The callbacks for ports that OVN has bound, brought up or let go. */
export interface BindingListener {
  /** SB has shown everything it holds, anew. */
  onSnapshot(): void;
  onChange(portIds: readonly PortId[]): void;
}

/** Tells which ports OVN says something new of. Returns how to stop. */
export function followBindings(replica: Replica<SbRows>, listener: BindingListener): () => void {
  return replica.subscribe((event) => {
    if (event.kind === 'lost') return;
    if (event.kind === 'snapshot') {
      listener.onSnapshot();
      return;
    }
    const names = event.changes.flatMap((change) =>
      change.table === 'Port_Binding' && isNews(change) ? [(change.new ?? change.old)?.logical_port ?? ''] : [],
    );
    const portIds = names.filter((name) => isUuid(name)) as readonly string[] as readonly PortId[];
    if (portIds.length > 0) listener.onChange(portIds);
  });
}
