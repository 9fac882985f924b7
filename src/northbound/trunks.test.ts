import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newUuid } from '../base/index.ts';
import type { Trunk } from '../resources/index.ts';
import { aNetwork, aPort, aRouter } from './testing/builders.ts';
import { withNorthbound } from './testing/real-northbound.ts';

test('a sub-port names its parent and its tag, until it is taken from the trunk', () =>
  withNorthbound(async (nb) => {
    const network = aNetwork();
    const [parent, child] = [aPort({ networkId: network.id }), aPort({ networkId: network.id })];
    const { routes: _, ...common } = aRouter();
    const subPorts = [{ portId: child.id, segmentationId: 100 }];
    const trunk: Trunk = { ...common, id: newUuid() as Trunk['id'], status: 'DOWN', portId: parent.id, subPorts };
    const objects = { networks: [network], ports: [parent, child], trunks: [trunk] };
    const placeOf = (id: string) => {
      const row = nb.stranger.replica.table('Logical_Switch_Port').find(id as never);
      return [row?.parent_name, row?.tag_request];
    };
    await nb.converge(objects);
    assert.deepEqual(
      [placeOf(parent.id), placeOf(child.id)],
      [
        [undefined, undefined],
        [parent.id, 100],
      ],
    );
    assert.deepEqual(await nb.converge(objects), []);
    await nb.converge({ ...objects, trunks: [] }, [{ kind: 'port', id: child.id }]);
    assert.deepEqual(placeOf(child.id), [undefined, undefined]);
  }));
