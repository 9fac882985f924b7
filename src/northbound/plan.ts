import { takeTurns, type Uuid } from '../base/index.ts';
import type { Key } from '../kit/index.ts';
import { byUuid, type Operation, type Replica, type RowValue } from '../ovsdb/index.ts';
import { keyText } from '../reconcile/index.ts';
import { asRouterInterface, type PortId, type RouterId } from '../resources/index.ts';
import { type ActualRow, revisionOf, updateOperations } from './delta.ts';
import { logicalRouter } from './logical-router.ts';
import { logicalRouterPort } from './logical-router-port.ts';
import { logicalRouterStaticRoute } from './logical-router-static-route.ts';
import { logicalSwitch } from './logical-switch.ts';
import { logicalSwitchPort } from './logical-switch-port.ts';
import type { NbSeen, NbTable } from './schema.ts';
import type { DesiredRow, Parent, Translation } from './translation.ts';
import type { World } from './world.ts';

/** THE list: what Sextant writes into NB, one file per table, parents before children. */
const translations: readonly AnyTranslation[] = [
  logicalSwitch,
  logicalRouter,
  logicalSwitchPort,
  logicalRouterPort,
  logicalRouterStaticRoute,
];

/** A translation whose table is one of several: its rows are then compared as plain values. */
type AnyTranslation = { readonly [T in NbTable]: Translation<T> }[NbTable];

/** The difference between the desired and the actual rows of one table. */
interface Delta {
  readonly translation: AnyTranslation;
  readonly removed: readonly ActualRow[];
  readonly added: readonly DesiredRow[];
  readonly updates: readonly Operation[];
}

/**
 * The operations of one transaction that brings the keys' rows in line, deletes first. The replica may move on
 * meanwhile: the transaction fails when another client changed or inserted one of the rows; a row that is gone shows in
 * its answer. Both are conflicts, and planned again.
 */
export async function planOperations(
  world: World,
  keys: readonly Key[],
  replica: Replica<NbSeen>,
): Promise<readonly Operation[]> {
  const scope = withRelated(world, keys);
  const turn = takeTurns();
  const deltas: Delta[] = [];
  for (const translation of translations) deltas.push(await deltaOf(translation, world, scope, replica, turn));
  const removedRoots = new Set(deltas.filter(({ translation }) => !translation.parent).flatMap(removedUuids));
  return [
    ...deltas.flatMap((delta) => detach(delta, removedRoots, replica)),
    ...deltas.flatMap(remove),
    ...deltas.flatMap(({ updates }) => updates),
    ...deltas.flatMap(insert),
    ...deltas.flatMap(attach),
  ];
}

/** The keys of all rows in NB that are ours: a full scan marks them, and so finds rows that should not exist. */
export function ownedKeys(replica: Replica<NbSeen>, ownerOf: (row: ActualRow) => Key | undefined): readonly Key[] {
  const owned = new Map<string, Key>();
  for (const { table } of translations) {
    for (const row of replica.table(table).rows()) {
      const key = ownerOf(row as unknown as ActualRow);
      if (key) owned.set(keyText(key), key);
    }
  }
  return [...owned.values()];
}

/**
 * Adds the keys that the keys' rows depend on: a port's parents, as the server deletes a row without a parent; and all
 * interfaces of a router, as the MTU of one network decides about the others.
 */
function withRelated(world: World, keys: readonly Key[]): readonly Key[] {
  const scope = new Map(keys.map((key) => [keyText(key), key]));
  const add = (kind: string, id: string) => scope.set(`${kind}/${id}`, { kind, id });
  for (const { kind, id } of keys) {
    const port = kind === 'port' ? world.ports.get(id as PortId) : undefined;
    if (port) add('network', port.networkId);
    const routerId = port ? asRouterInterface(port)?.routerId : kind === 'router' ? (id as RouterId) : undefined;
    if (routerId === undefined) continue;
    add('router', routerId);
    for (const { id: portId, networkId } of world.interfaces.get(routerId) ?? []) {
      add('port', portId);
      add('network', networkId);
    }
  }
  return [...scope.values()];
}

async function deltaOf(
  translation: AnyTranslation,
  world: World,
  scope: readonly Key[],
  replica: Replica<NbSeen>,
  turn: () => Promise<void>,
): Promise<Delta> {
  const { table, ownsKey } = translation;
  const rows = replica.table(table);
  const removed: ActualRow[] = [];
  const added: DesiredRow[] = [];
  const updates: Operation[] = [];
  for (const key of scope) {
    if (key.kind !== translation.kind) continue;
    await turn();
    const desired = translation.rows(world, key.id);
    const wanted = new Set(desired.map(({ uuid }) => uuid));
    for (const row of rows.listBy('owner', keyText(key))) {
      if (!wanted.has(row._uuid)) removed.push(row as unknown as ActualRow);
    }
    for (const row of desired) {
      const actual = rows.find(row.uuid) as unknown as ActualRow | undefined;
      if (!actual) added.push(row);
      else if (revisionOf(actual) <= row.revision)
        updates.push(...updateOperations({ table, actual, desired: row.columns as unknown as RowValue, ownsKey }));
    }
  }
  return { translation, removed, added, updates };
}

function removedUuids({ removed }: Delta): readonly Uuid[] {
  return removed.map(({ _uuid }) => _uuid);
}

/**
 * The server deletes a row of a non-root table once no row refers to it (RFC 7047 §3.2), so also with its parent. A row
 * that another client has attached to a parent that we don't know is left alone.
 */
function detach(
  { translation, removed }: Delta,
  removedRoots: ReadonlySet<Uuid>,
  replica: Replica<NbSeen>,
): readonly Operation[] {
  const { parent, parentOf } = translation as Translation;
  if (!parent || !parentOf) return [];
  const byParent = Map.groupBy(removed, (row) => parentOf(row as never));
  return [...byParent].flatMap(([parentUuid, rows]) => {
    if (parentUuid === undefined || removedRoots.has(parentUuid)) return [];
    if (!replica.table(parent.table).find(parentUuid)) return [];
    return [
      mutateReferences(
        parent,
        parentUuid,
        'delete',
        rows.map(({ _uuid }) => _uuid),
      ),
    ];
  });
}

function remove({ translation, removed }: Delta): readonly Operation[] {
  const { table, parent } = translation;
  return parent ? [] : removed.map(({ _uuid }) => ({ op: 'delete', table, where: byUuid(_uuid) }));
}

function insert({ translation, added }: Delta): readonly Operation[] {
  return added.map(({ uuid, columns }) => ({
    op: 'insert',
    table: translation.table,
    uuid,
    row: columns as unknown as RowValue,
  }));
}

function attach({ translation: { parent }, added }: Delta): readonly Operation[] {
  if (!parent) return [];
  const byParent = Map.groupBy(added, ({ parentUuid }) => parentUuid);
  return [...byParent].flatMap(([parentUuid, rows]) =>
    parentUuid === undefined
      ? []
      : [
          mutateReferences(
            parent,
            parentUuid,
            'insert',
            rows.map(({ uuid }) => uuid),
          ),
        ],
  );
}

function mutateReferences(
  { table, column }: Parent,
  parentUuid: Uuid,
  mutator: 'insert' | 'delete',
  uuids: readonly Uuid[],
): Operation {
  return { op: 'mutate', table, where: byUuid(parentUuid), mutations: [[column, mutator, uuids]] };
}
