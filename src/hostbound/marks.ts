import type { NetworkId, PortId } from '../resources/index.ts';

/** Ports and networks that somebody is to be told of. */
export interface Topics {
  readonly portIds: readonly PortId[];
  readonly networkIds: readonly NetworkId[];
}

/** Topics to be added: of both kinds, or of one. */
export type SomeTopics = { readonly [Kind in keyof Topics]?: Iterable<Topics[Kind][number]> };

/** Topics that wait, each once, and are taken in the order in which they came, networks first. */
export class Marks {
  readonly #ports = new Set<PortId>();
  readonly #networks = new Set<NetworkId>();

  get size(): number {
    return this.#ports.size + this.#networks.size;
  }

  add({ portIds = [], networkIds = [] }: SomeTopics): void {
    for (const id of portIds) this.#ports.add(id);
    for (const id of networkIds) this.#networks.add(id);
  }

  /** Takes so many, or all that there are. */
  take(most: number): Topics {
    const networkIds = takeFrom(this.#networks, most);
    return { networkIds, portIds: takeFrom(this.#ports, most - networkIds.length) };
  }
}

function takeFrom<Id>(waiting: Set<Id>, most: number): readonly Id[] {
  const taken = waiting.values().take(most).toArray();
  for (const id of taken) waiting.delete(id);
  return taken;
}
