import { setTimeout as delay } from 'node:timers/promises';
import { ok } from '../../src/base/index.ts';
import type { Client } from '../../src/client/index.ts';
import { contradiction, type Ledger, type Reference, type Row } from './ledger.ts';
import { interfaceReference, type ResourceKind, rowOf, statefulBlock } from './observe.ts';
import type { Random } from './random.ts';
import { isExcused, type Recorder } from './recorder.ts';

type Kind = ResourceKind | 'interface';

/** Something that a tenant has asked for. */
interface Item {
  readonly kind: Kind;
  readonly name: string;
  readonly reference: Reference;
  /** They can't go before it has. */
  readonly parents: readonly Item[];
}

type Resource = Item & { readonly kind: ResourceKind };

/** A tenant's means: its number, the controllers and the recorder that its requests go through. */
export interface TenantOptions {
  /** From 1 on: it makes names and prefixes unique. */
  readonly number: number;
  /** One of each controller: any of them takes any request. */
  readonly apis: readonly Client[];
  readonly recorder: Recorder;
  readonly random: Random;
}

const most: Readonly<Record<Kind, number>> = { network: 2, subnet: 5, port: 16, router: 1, interface: 3 };
const changeable: readonly Kind[] = ['network', 'subnet', 'port', 'port', 'router'];
const pause = { shortest: 0, longest: 60 };
/** How many of the latest deleted resources are asked for again. */
const remembered = 8;

/**
 * Creates, changes, deletes and reads networks, subnets, ports, routers and interfaces at random, one request at a time.
 * A resource whose request got no answer is left alone from then on, as its state is not known.
 */
export class Tenant {
  readonly #options: TenantOptions;
  readonly #ledger: Ledger;
  #items: readonly Item[] = [];
  #deleted: readonly { readonly item: Resource; readonly id: string }[] = [];
  #serial = 0;

  constructor(options: TenantOptions) {
    this.#options = options;
    this.#ledger = options.recorder.ledger;
  }

  async run(isOver: () => boolean): Promise<void> {
    const { random } = this.#options;
    while (!isOver()) {
      await this.#act();
      await delay(random.integer(pause.shortest, pause.longest));
    }
  }

  #act(): Promise<void> {
    this.#items = this.#items.filter(({ reference }) => this.#ledger.find(reference) !== 'absent');
    const choice = this.#options.random.next();
    if (choice < 0.4) return this.#add();
    if (choice < 0.65) return this.#change();
    if (choice < 0.85) return this.#remove();
    return choice < 0.95 ? this.#read() : this.#readDeleted();
  }

  async #add(): Promise<void> {
    const missing = (Object.keys(most) as Kind[]).filter((kind) => this.#known(kind).length < most[kind]);
    if (missing.length === 0) return;
    const kind = this.#options.random.pick(missing);
    const network = this.#pickKnown('network');
    if (kind === 'interface') return this.#attach();
    if (kind === 'router' || kind === 'network') return this.#create(kind, { admin_state_up: true });
    if (!network) return;
    const network_id = this.#idOf(network);
    if (kind === 'subnet') return this.#create(kind, { network_id, ...this.#newSubnet() }, [network]);
    const subnets = this.#items.filter((item) => item.kind === 'subnet' && item.parents.includes(network));
    return this.#create(kind, { network_id, admin_state_up: true }, [network, ...subnets]);
  }

  async #create(kind: ResourceKind, attributes: Row, parents: readonly Item[] = []): Promise<void> {
    const name = this.#newName();
    const item = { kind, name, reference: `${kind} ${name}`, parents };
    this.#items = [...this.#items, item];
    const { ip_version: _, ipv6_ra_mode: __, ...compared } = attributes;
    await this.#options.recorder.ask({
      reference: item.reference,
      wanted: { description: name, ...compared },
      send: () => this.#collection(kind).create({ name, description: name, ...attributes }),
      state: (shown) => rowOf(kind, shown),
    });
  }

  async #attach(): Promise<void> {
    const { recorder } = this.#options;
    const attached = new Set(this.#items.filter(({ kind }) => kind === 'interface').flatMap(({ parents }) => parents));
    const subnet = this.#known('subnet').find((candidate) => !attached.has(candidate));
    const router = this.#pickKnown('router');
    if (!subnet || !router) return;
    const reference = interfaceReference(router.name, subnet.name);
    this.#items = [...this.#items, { kind: 'interface', name: reference, reference, parents: [router, subnet] }];
    const wanted = { router_id: this.#idOf(router), subnet_id: this.#idOf(subnet) };
    await recorder.ask({
      reference,
      wanted,
      send: () => this.#api.routers.addRouterInterface(wanted.router_id, { subnet_id: wanted.subnet_id }),
      state: ({ port_id }) => ({ ...wanted, port_id }),
    });
  }

  async #change(): Promise<void> {
    const { recorder, random } = this.#options;
    const item = this.#pickKnown(random.pick(changeable));
    if (!item || !isResource(item)) return;
    const description = this.#newName();
    const change = item.kind === 'subnet' ? { description } : { description, admin_state_up: random.next() < 0.7 };
    const before = this.#rowOf(item);
    await recorder.ask({
      reference: item.reference,
      wanted: { ...before, ...change },
      send: () => this.#collection(item.kind).update(String(before.id), change),
      state: (shown) => rowOf(item.kind, shown),
    });
  }

  async #remove(): Promise<void> {
    const { recorder, random } = this.#options;
    const free = this.#items.filter((item) => this.#isKnown(item) && !this.#items.some(isChildOf(item)));
    if (free.length === 0) return;
    const item = random.pick(free);
    const row = this.#rowOf(item);
    const granted = await recorder.ask({
      reference: item.reference,
      wanted: 'absent',
      send: async () => {
        const answer = await this.#sendRemoval(item, row);
        return answer.ok ? ok(true) : answer;
      },
      state: () => 'absent',
    });
    if (granted && isResource(item))
      this.#deleted = [...this.#deleted, { item, id: String(row.id) }].slice(-remembered);
  }

  #sendRemoval(item: Item, { id, router_id, subnet_id }: Row) {
    return isResource(item)
      ? this.#collection(item.kind).delete(String(id))
      : this.#api.routers.removeRouterInterface(String(router_id), { subnet_id: String(subnet_id) });
  }

  /** Reads a resource: it must show at once what was answered of it last. */
  async #read(): Promise<void> {
    const { recorder, random } = this.#options;
    const known = this.#items.filter(isResource).filter((item) => this.#isKnown(item));
    if (known.length === 0) return;
    const item = random.pick(known);
    const row = this.#rowOf(item);
    const answer = await this.#collection(item.kind).show(String(row.id));
    if (!answer.ok && isExcused(answer.error)) return;
    const shown = answer.ok ? rowOf(item.kind, answer.value) : undefined;
    for (const text of contradiction(item.reference, [row], shown)) recorder.complain(`GET: ${text}`);
  }

  async #readDeleted(): Promise<void> {
    const { recorder, random } = this.#options;
    if (this.#deleted.length === 0) return;
    const { item, id } = random.pick(this.#deleted);
    const answer = await this.#collection(item.kind).show(id);
    if (!answer.ok && (answer.error.status === 404 || isExcused(answer.error))) return;
    recorder.complain(`GET of the deleted ${item.reference}: ${answer.ok ? 200 : answer.error.status}`);
  }

  get #api(): Client {
    return this.#options.random.pick(this.#options.apis);
  }

  #newName(): string {
    this.#serial += 1;
    return `t${this.#options.number}-${this.#serial}`;
  }

  #newSubnet(): Row {
    const { number, random } = this.#options;
    const mode = random.pick(['slaac', 'dhcpv6-stateful']);
    const block = mode === 'slaac' ? '2001:db8:' : statefulBlock;
    this.#serial += 1;
    const cidr = `${block}${number.toString(16)}:${this.#serial.toString(16)}::/64`;
    return { ip_version: 6, cidr, ipv6_ra_mode: mode, ipv6_address_mode: mode };
  }

  #collection(kind: ResourceKind) {
    return this.#api.collection({ one: kind, many: `${kind}s` });
  }

  #known(kind: Kind): readonly Item[] {
    return this.#items.filter((item) => item.kind === kind && this.#isKnown(item));
  }

  #pickKnown(kind: Kind): Item | undefined {
    const known = this.#known(kind);
    return known.length === 0 ? undefined : this.#options.random.pick(known);
  }

  #isKnown({ reference }: Item): boolean {
    return typeof this.#ledger.find(reference) === 'object';
  }

  #rowOf({ reference }: Item): Row {
    const state = this.#ledger.find(reference);
    if (typeof state !== 'object') throw new Error(`${reference} has no known state`);
    return state;
  }

  #idOf(item: Item): string {
    return String(this.#rowOf(item).id);
  }
}

function isResource(item: Item): item is Resource {
  return item.kind !== 'interface';
}

function isChildOf(parent: Item): (item: Item) => boolean {
  return ({ parents }) => parents.includes(parent);
}
