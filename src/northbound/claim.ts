import { type Clock, errorFields, type Log, milliseconds, type Uuid } from '../base/index.ts';
import type { Key } from '../kit/index.ts';
import { label } from '../ovn/index.ts';
import { byUuid, type Operation, type Replica } from '../ovsdb/index.ts';
import type { NbSeen } from './schema.ts';

/** The facts by which a store claims NB, and whether it may take NB over from another store. */
export interface ClaimOptions {
  readonly replica: Replica<NbSeen>;
  /** The store whose projection NB is to be. */
  readonly storeId: Uuid;
  /** The keys of all rows in NB that carry our labels. */
  readonly ownedKeys: () => readonly Key[];
  /** How many of these the store holds. */
  readonly countKnown: (keys: readonly Key[]) => Promise<number>;
  /** Takes NB over, whatever it holds, but once only: two stores that are both told to would else take turns. */
  readonly adopt: boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/** The result of an examination. */
interface Finding {
  readonly mark: string | undefined;
  readonly refusal: string | undefined;
  /** When NB is to be taken over all the same: the number of things in it that the store does not know. */
  readonly doomed?: number;
}

/** Pause before the store is asked again after it could not answer. */
const retryPause = milliseconds(1_000);

/**
 * Says whether NB is this store's to write: NB carries the id of its store in `NB_Global.external_ids`, and a store that
 * is another one, or was emptied, must not prune what it does not know. Every transaction is guarded by the mark, so that
 * two stores on one NB never take turns. A store that was refused does not take NB when that is emptied, to be filled again
 * by the store that had it.
 */
export class NorthboundClaim {
  readonly #options: ClaimOptions;
  /** A mark, or the lack of one, that may be replaced by ours. */
  #replaceable: { readonly mark: string | undefined } | undefined;
  #refusal: string | undefined;
  #mayAdopt: boolean;
  #examinations = 0;
  #wasOurs = false;
  readonly #compared = Promise.withResolvers<void>();

  constructor(options: ClaimOptions) {
    this.#options = options;
    this.#mayAdopt = options.adopt;
  }

  /** Why nothing is written to NB, and the way out, for the operator; undefined when NB may be written. */
  get refusal(): string | undefined {
    return this.#refusal;
  }

  /** Whether NB was this store's, or free for it, at any time since the start. */
  get wasOurs(): boolean {
    return this.#wasOurs;
  }

  /** Resolves with the first decision. */
  get compared(): Promise<void> {
    return this.#compared.promise;
  }

  /** Whether NB, as the replica shows it now, may be written. */
  holds(): boolean {
    const mark = markOf(this.#options.replica);
    return mark === this.#options.storeId || this.#mayReplace(mark);
  }

  /** The first operations of each transaction: it fails when NB is another store's by then; a free NB gets our mark. */
  guard(): { readonly operations: readonly Operation[]; readonly isMarking: boolean } {
    const { replica, storeId } = this.#options;
    const mark = markOf(replica);
    const isMarking = mark !== storeId && this.#mayReplace(mark);
    return { operations: isMarking ? markOperations(replica, storeId) : [marked(storeId)], isMarking };
  }

  /**
   * Compares again. Resolves when it is decided, or when a later examination took over: true when there is something to
   * be written that was not allowed, or not needed, before.
   */
  async examine(): Promise<boolean> {
    this.#examinations += 1;
    const examination = this.#examinations;
    this.#replaceable = undefined;
    let isSaid = false;
    for (;;) {
      try {
        const finding = await this.#find();
        return examination === this.#examinations && this.#decide(finding);
      } catch (error) {
        if (!isSaid)
          this.#options.log.warn(
            errorFields(error),
            'northbound: whose NB this is can not be told, as the store can not be read',
          );
        isSaid = true;
      }
      await new Promise<void>((resolve) => this.#options.clock.after(retryPause, resolve));
      if (examination !== this.#examinations) return false;
    }
  }

  /** Makes an examination that is under way end without a decision. */
  stop(): void {
    this.#examinations += 1;
  }

  #mayReplace(mark: string | undefined): boolean {
    return this.#replaceable !== undefined && this.#replaceable.mark === mark;
  }

  async #find(): Promise<Finding> {
    const mark = markOf(this.#options.replica);
    const refusal = await this.#reasonToRefuse(mark);
    if (refusal === undefined || !this.#mayAdopt) return { mark, refusal };
    const keys = this.#options.ownedKeys();
    return { mark, refusal: undefined, doomed: keys.length - (await this.#options.countKnown(keys)) };
  }

  async #reasonToRefuse(mark: string | undefined): Promise<string | undefined> {
    const { storeId, ownedKeys, countKnown } = this.#options;
    if (mark === storeId) return undefined;
    if (mark !== undefined)
      return `NB belongs to the store ${mark}, and this controller's store is ${storeId}: ${wayOut}`;
    const keys = ownedKeys();
    if (keys.length > 0 && (await countKnown(keys)) === 0)
      return `NB holds ${keys.length} things, and this controller's store ${storeId} knows none of them: ${wayOut}`;
    // The controller whose NB it was fills it again, if it is given the time.
    return this.#refusal === undefined
      ? undefined
      : `NB was not that of this controller's store ${storeId}: ${leftAlone}`;
  }

  #decide({ mark, refusal, doomed }: Finding): boolean {
    const { log, storeId } = this.#options;
    const before = this.#refusal;
    this.#refusal = refusal;
    this.#wasOurs ||= refusal === undefined;
    this.#compared.resolve();
    if (refusal !== undefined) {
      if (refusal !== before) log.error({}, `northbound: ${refusal}`);
      return false;
    }
    if (mark === storeId) {
      this.#mayAdopt = false;
      return before !== undefined;
    }
    this.#replaceable = { mark };
    const context = { storeId, before: mark ?? null };
    if (doomed === undefined) log.info(context, 'northbound: NB is taken for this store');
    else log.warn(context, `northbound: NB is taken over, ${doomed} things that this store does not know are deleted`);
    return true;
  }
}

const wayOut =
  'nothing is written to it. Is --database the right one, and its disk mounted? Where this store is to take NB over, ' +
  'and what it does not know is to be deleted from NB, start the controller once with --adopt-nb';

const leftAlone =
  'it has lost its mark since, and is left to the store that it belonged to. Where this store is to have it, ' +
  'restart the controller; if NB holds what this store does not know, with --adopt-nb';

function markOf(replica: Replica<NbSeen>): string | undefined {
  return globalOf(replica)?.external_ids[label.store];
}

function globalOf(replica: Replica<NbSeen>) {
  const [row] = replica.table('NB_Global').rows();
  return row;
}

/** Holds when NB has this store's mark. */
function marked(storeId: Uuid): Operation {
  return {
    op: 'wait',
    table: 'NB_Global',
    where: [['external_ids', 'includes', { [label.store]: storeId }]],
    columns: ['external_ids'],
    until: '!=',
    rows: [],
    timeoutMs: 0,
  };
}

/** NB_Global has one row at most (ovn-nb(5)); northd makes it when it is missing. */
function markOperations(replica: Replica<NbSeen>, storeId: Uuid): readonly Operation[] {
  const table = 'NB_Global';
  const mark = { [label.store]: storeId };
  const row = globalOf(replica);
  if (!row) return [{ op: 'insert', table, row: { external_ids: mark } }];
  const where = byUuid(row._uuid);
  const { external_ids } = row;
  return [
    { op: 'wait', table, where, columns: ['external_ids'], until: '==', rows: [{ external_ids }], timeoutMs: 0 },
    {
      op: 'mutate',
      table,
      where,
      mutations: [
        ['external_ids', 'delete', [label.store]],
        ['external_ids', 'insert', mark],
      ],
    },
  ];
}
