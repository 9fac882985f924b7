import type { NetworkId, PortId } from '../resources/index.ts';

/**
 * Which sessions have a port plugged, and which of these ports are on a network, so that a change costs what it is about,
 * however many hosts there are. Nearly every port is plugged into one host, so one is kept without a set around it.
 */
export class PluggedPorts<Session extends object> {
  readonly #sessions = new Map<PortId, Session | Set<Session>>();
  /** Of the ports that were read since they were plugged. */
  readonly #networks = new Map<PortId, NetworkId>();
  readonly #ports = new Map<NetworkId, Set<PortId>>();
  /** Up to here, changed networks were looked up. */
  #revision = 0;

  add(portId: PortId, session: Session): void {
    const known = this.#sessions.get(portId);
    if (known === undefined || known === session) this.#sessions.set(portId, session);
    else if (known instanceof Set) known.add(session);
    else this.#sessions.set(portId, new Set([known, session]));
  }

  delete(portId: PortId, session: Session): void {
    const known = this.#sessions.get(portId);
    if (known instanceof Set) known.delete(session);
    if (known !== session && !(known instanceof Set && known.size === 0)) return;
    this.#sessions.delete(portId);
    this.#displace(portId);
  }

  of(portId: PortId): Iterable<Session> {
    const known = this.#sessions.get(portId);
    if (known === undefined) return [];
    return known instanceof Set ? known : [known];
  }

  /**
   * Notes the network of a plugged port, as it was read at a revision. False when a later change of that network may have been
   * looked up before the port was known to be on it: the port is to be read again.
   */
  place(portId: PortId, networkId: NetworkId, revision: number): boolean {
    if (this.#networks.get(portId) === networkId) return true;
    this.#displace(portId);
    this.#networks.set(portId, networkId);
    const ports = this.#ports.get(networkId) ?? new Set();
    this.#ports.set(networkId, ports.add(portId));
    return revision >= this.#revision;
  }

  /**
   * The plugged ports that are known to be on networks which have changed, up to a revision. The sets are ours, and change
   * as ports come and go.
   */
  on(networkIds: readonly NetworkId[], revision: number): ReadonlyMap<NetworkId, ReadonlySet<PortId>> {
    if (networkIds.length > 0) this.#revision = revision;
    return new Map(networkIds.map((id) => [id, this.#ports.get(id) ?? new Set()]));
  }

  #displace(portId: PortId): void {
    const networkId = this.#networks.get(portId);
    if (networkId === undefined) return;
    this.#networks.delete(portId);
    const ports = this.#ports.get(networkId);
    ports?.delete(portId);
    if (ports?.size === 0) this.#ports.delete(networkId);
  }
}
