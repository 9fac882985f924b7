import type { PortId } from '../resources/index.ts';

/**
 * Which sessions have a port plugged, so that a change costs what it is about, however many hosts there are. Nearly every
 * port is plugged into one host, so one is kept without a set around it.
 */
export class PluggedPorts<Session extends object> {
  readonly #sessions = new Map<PortId, Session | Set<Session>>();

  add(portId: PortId, session: Session): void {
    const known = this.#sessions.get(portId);
    if (known === undefined || known === session) this.#sessions.set(portId, session);
    else if (known instanceof Set) known.add(session);
    else this.#sessions.set(portId, new Set([known, session]));
  }

  delete(portId: PortId, session: Session): void {
    const known = this.#sessions.get(portId);
    if (known === session) this.#sessions.delete(portId);
    if (!(known instanceof Set)) return;
    known.delete(session);
    if (known.size === 0) this.#sessions.delete(portId);
  }

  of(portId: PortId): Iterable<Session> {
    const known = this.#sessions.get(portId);
    if (known === undefined) return [];
    return known instanceof Set ? known : [known];
  }
}
