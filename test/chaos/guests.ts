import type { Guest, Lab } from '../../gaps/lab/index.ts';
import { milliseconds, waitFor } from '../../src/base/index.ts';
import { type Client, type Network, type Port, unwrap } from '../../src/client/index.ts';
import { addressOf, patience } from '../integration/cloud.ts';
import { rowOf } from './observe.ts';
import type { Recorder } from './recorder.ts';

interface Plugged {
  readonly guest: Guest;
  readonly network: string;
  readonly portId: string;
  readonly address: string;
}

/** Guests that are plugged before and during the kills, and must reach each other afterwards. */
export class Guests {
  readonly #lab: Lab;
  readonly #apis: readonly Client[];
  readonly #recorder: Recorder;
  readonly #networks: Network[] = [];
  readonly #plugged: Plugged[] = [];
  #serial = 0;

  /** Any of the controllers' APIs takes a request. */
  constructor(lab: Lab, apis: readonly Client[], recorder: Recorder) {
    this.#lab = lab;
    this.#apis = apis;
    this.#recorder = recorder;
  }

  /** Two networks with a guest on each host. They reach each other before anything is killed. */
  async setUp(): Promise<void> {
    for (const number of [1, 2]) this.#networks.push(await this.#createNetwork(`guests-${number}`, number));
    for (const network of this.#networks)
      await Promise.all(this.#lab.hosts.map((host) => this.#plug(network, host.name)));
    const unreached = await this.unreached();
    if (unreached.length > 0) throw new Error(`before anything is killed: ${unreached.join('; ')}`);
  }

  /** One more on this host, as soon as the API takes its port. */
  async plugLate(host: string): Promise<void> {
    const network = this.#networks[this.#serial % this.#networks.length];
    if (network) await this.#plug(network, host);
  }

  /** Pairs of guests in one network of which the first can't ping the second, as sentences. */
  async unreached(): Promise<readonly string[]> {
    const pairs = this.#plugged.flatMap((from) =>
      this.#plugged.filter((to) => to !== from && to.network === from.network).map((to) => ({ from, to })),
    );
    const failures = await Promise.all(
      pairs.map(async ({ from, to }) => {
        const isReached = await from.guest.reaches(to.address, { withinMilliseconds: 3 * patience });
        return isReached
          ? []
          : [`guest ${from.guest.name} on ${from.guest.host} does not reach ${to.guest.name} on ${to.guest.host}`];
      }),
    );
    return failures.flat();
  }

  get portIds(): readonly string[] {
    return this.#plugged.map(({ portId }) => portId);
  }

  async #createNetwork(name: string, number: number): Promise<Network> {
    const api = this.#api;
    const network = unwrap(await api.networks.create({ name }));
    const slaac = { ipv6_ra_mode: 'slaac', ipv6_address_mode: 'slaac' } as const;
    const cidr = `2001:db8:0:${number}::/64`;
    const subnet = unwrap(
      await api.subnets.create({ name: `${name}-6`, network_id: network.id, ip_version: 6, cidr, ...slaac }),
    );
    this.#recorder.ledger.settle(`network ${name}`, rowOf('network', network));
    this.#recorder.ledger.settle(`subnet ${subnet.name}`, rowOf('subnet', subnet));
    return network;
  }

  async #plug(network: Network, host: string): Promise<void> {
    const port = await waitFor(`a port for a guest on ${host}`, () => this.#createPort(network, host), {
      within: milliseconds(3 * patience),
    });
    const guest = await this.#lab.plug({ host, port, mtu: network.mtu, name: port.name });
    this.#plugged.push({ guest, network: network.id, portId: port.id, address: addressOf(port) });
  }

  get #api(): Client {
    const api = this.#apis[this.#serial % this.#apis.length];
    if (!api) throw new Error('there is no controller');
    return api;
  }

  #createPort(network: Network, host: string): Promise<Port | undefined> {
    this.#serial += 1;
    const name = `g${this.#serial}`;
    const wanted = { network_id: network.id, 'binding:host_id': host };
    return this.#recorder.ask({
      reference: `port ${name}`,
      wanted,
      send: () => this.#api.ports.create({ name, ...wanted }),
      state: (shown) => rowOf('port', shown),
    });
  }
}
