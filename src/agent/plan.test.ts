import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newUuid, type Uuid } from '../base/index.ts';
import { aPortIntent } from '../firsthop/testing/intents.ts';
import { decideWiring, isConnected, uuidCookie } from './plan.ts';
import type { Patch, PluggedInterface, SwitchView } from './switch-view.ts';

const portId = newUuid();
const intent = aPortIntent({ portId });

function aPlugged(given: Partial<PluggedInterface> = {}): PluggedInterface {
  return { portId, interfaceName: 'tap1', attachedMac: undefined, openFlowPort: 1, ...given };
}

function aPatch(openFlowPort: number | undefined = 0x8000): Patch {
  const end = { portRow: newUuid(), openFlowPort, requestedPort: 0x8000 };
  return { hop: end, integration: { ...end, openFlowPort: 9 } };
}

function aView(given: {
  plugged?: readonly PluggedInterface[];
  patches?: ReadonlyMap<Uuid, Patch>;
  ports?: readonly number[];
}) {
  const bridge = { row: newUuid(), datapathType: 'netdev', isSecure: true };
  const view: SwitchView = {
    ...{ root: { row: newUuid(), requested: 1, done: 1 }, hop: bridge, integration: bridge, duplicates: [] },
    plugged: new Map((given.plugged ?? [aPlugged()]).map((plugged) => [plugged.portId, plugged])),
    patches: given.patches ?? new Map(),
    openFlowPorts: new Set(given.ports ?? [1]),
  };
  return view;
}

const decide = (view: SwitchView, known: readonly Uuid[] = [portId], refused: readonly Uuid[] = []) =>
  decideWiring({
    view,
    findIntent: (id) => (known.includes(id) ? { ...intent, portId: id } : undefined),
    isRefused: (id) => refused.includes(id),
  });

test('gives a port a patch number that is nobody else’s, before its patch exists', () => {
  const other = newUuid();
  const view = aView({ plugged: [aPlugged(), aPlugged({ portId: other, openFlowPort: 2 })], ports: [1, 2, 0x8000] });
  const { serve } = decide(view, [portId, other]);
  assert.deepEqual(
    [...serve.values()].map(({ patchPort }) => patchPort),
    [0x8001, 0x8002],
  );
});

test('keeps the number that the patch has, and the one that it was promised', () => {
  const having = decide(aView({ patches: new Map([[portId, aPatch(77)]]) })).serve.get(portId);
  assert.equal(having?.patchPort, 77);
  const promised = decide(aView({ patches: new Map([[portId, aPatch(undefined)]]) })).serve.get(portId);
  assert.equal(promised?.patchPort, 0x8000);
});

test('counts a port as connected when both ends exist, and its flows name the right one', () => {
  const port = decide(aView({ patches: new Map([[portId, aPatch()]]) })).serve.get(portId);
  assert.ok(port);
  assert.equal(isConnected(port, aPatch()), true);
  assert.equal(isConnected(port, aPatch(0x8001)), false);
  assert.equal(isConnected(port, { ...aPatch(), integration: undefined }), false);
  assert.equal(isConnected(port, undefined), false);
  assert.equal(isConnected({ ...port, intent: { ...intent, adminStateUp: false } }, aPatch()), false);
});

test('leaves a port alone that nobody has spoken of yet, and takes from a refused one what it has', () => {
  const patches = new Map([[portId, aPatch()]]);
  const unanswered = decide(aView({ patches }), []);
  assert.deepEqual([unanswered.retain, unanswered.unknown, unanswered.disconnect], [[portId], [], []]);
  const refused = decide(aView({ patches }), [], [portId]);
  assert.deepEqual([refused.retain, refused.unknown, refused.disconnect], [[], [aPlugged()], [...patches.values()]]);
});

test('keeps the patch of a port whose device ovs-vswitchd has not opened yet, and removes that of one that left', () => {
  const patches = new Map([[portId, aPatch()]]);
  const waiting = decide(aView({ patches, plugged: [aPlugged({ openFlowPort: undefined })] }));
  assert.deepEqual([waiting.serve.size, waiting.disconnect], [0, []]);
  assert.equal(decide(aView({ patches, plugged: [] })).disconnect.length, 1);
});

test('gives each port a cookie of its own that fits in 64 bits', () => {
  const cookies = new Set(Array.from({ length: 1000 }, () => uuidCookie(newUuid())));
  assert.equal(cookies.size, 1000);
  assert.ok([...cookies].every((cookie) => cookie < 1n << 64n));
});
