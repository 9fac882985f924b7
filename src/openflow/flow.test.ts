import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFlow } from './dump.ts';
import { flowDelta, splitFlow } from './flow.ts';

test('tells a flow by table, priority and match, not by its cookie', () => {
  assert.deepEqual(splitFlow('cookie=0x1,table=1,priority=5,icmp6,icmpv6_type=134 actions=drop'), {
    key: 'table=1,priority=5,icmp6,icmpv6_type=134',
    cookie: '0x1',
    actions: 'actions=drop',
  });
  assert.throws(() => splitFlow('table=1,priority=5'), /without actions/);
});

test('changes nothing when actual is desired', () => {
  const flows = ['table=0,in_port=1 actions=drop'];
  assert.deepEqual(flowDelta(flows, flows), []);
});

test('adds what is new, overwrites what acts otherwise, removes the rest', () => {
  const actual = [
    'cookie=0x7,table=0,in_port=1 actions=drop',
    'table=0,in_port=2 actions=drop',
    'table=0,in_port=3 actions=drop',
  ];
  const desired = [
    'table=0,in_port=2 actions=output:9',
    'table=0,in_port=3 actions=drop',
    'table=0,in_port=4 actions=drop',
  ];
  assert.deepEqual(flowDelta(actual, desired), [
    'delete_strict cookie=0x7/-1,table=0,in_port=1',
    'add table=0,in_port=2 actions=output:9',
    'add table=0,in_port=4 actions=drop',
  ]);
});

test('reads what ovs-ofctl dumps', () => {
  const dump = [
    'OFPST_FLOW reply (OF1.3) (xid=0x2):',
    ' cookie=0xab, duration=1.5s, table=3, n_packets=7, n_bytes=70, idle_timeout=60, priority=9,ipv6,in_port=3,ipv6_src=fe80::1 actions=resubmit(,4)',
    ' cookie=0x0, duration=1.5s, table=0, n_packets=0, n_bytes=0, actions=drop',
  ];
  assert.deepEqual(dump.map(parseFlow), [
    undefined,
    {
      table: 3,
      cookie: 0xabn,
      priority: 9,
      packets: 7,
      match: new Map([
        ['ipv6', ''],
        ['in_port', '3'],
        ['ipv6_src', 'fe80::1'],
      ]),
      actions: 'resubmit(,4)',
    },
    { table: 0, cookie: 0n, priority: 32768, packets: 0, match: new Map(), actions: 'drop' },
  ]);
});
