import type { FlowCounter } from './types.ts';

const line =
  /cookie=(?<cookie>0x[0-9a-f]+),.*?\btable=(?<table>\d+),.*?\bn_packets=(?<packets>\d+), n_bytes=(?<bytes>\d+),(?<rest>.*?) actions=(?<actions>.*)$/;

/** Reads what `ovs-ofctl dump-flows` prints (ovs-ofctl(8)). */
export function parseFlows(text: string): readonly FlowCounter[] {
  return text.split('\n').flatMap((row) => {
    const found = line.exec(row)?.groups;
    return found ? [flowCounter(found)] : [];
  });
}

function flowCounter({
  cookie = '',
  table,
  packets,
  bytes,
  rest = '',
  actions = '',
}: Record<string, string | undefined>) {
  const fields = rest
    .trim()
    .split(/,\s*/)
    .filter((field) => !/^(idle|hard)_age=|^(idle|hard)_timeout=|^$/.test(field));
  const priority = fields.find((field) => field.startsWith('priority='));
  return {
    table: Number(table),
    cookie,
    priority: priority ? Number(priority.slice('priority='.length)) : 32_768,
    packets: Number(packets),
    bytes: Number(bytes),
    match: fields.filter((field) => field !== priority).join(','),
    actions,
  };
}
