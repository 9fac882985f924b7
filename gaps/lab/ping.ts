import type { Guest, PingOptions, PingResult } from './types.ts';

/** Runs ping(8) and reads what it counted. A target that can't be reached is a result too. */
export async function ping(run: Guest['run'], target: string, options: PingOptions = {}): Promise<PingResult> {
  const { count = 3, intervalSeconds = 0.1, waitSeconds = 1 } = options;
  const bound = options.source ?? options.interface;
  const { stdout, stderr } = await run(
    [
      ...['ping', '-n', '-c', `${count}`, '-i', `${intervalSeconds}`, '-W', `${waitSeconds}`],
      ...(options.size === undefined ? [] : ['-s', `${options.size}`]),
      ...(bound === undefined ? [] : ['-I', bound]),
      ...(options.dontFragment ? ['-M', 'do'] : []),
      target,
    ],
    { timeoutMilliseconds: (count * intervalSeconds + waitSeconds + 10) * 1000 },
  );
  return parsePing(stdout + stderr);
}

/** Reads the output of ping(8). Duplicate replies are not counted. */
export function parsePing(text: string): PingResult {
  const counted = /(\d+) packets transmitted, (\d+) received/.exec(text);
  const replies = text.split('\n').filter((line) => line.includes('icmp_seq=') && !line.includes('DUP!'));
  return {
    sent: Number(counted?.[1] ?? 0),
    received: Number(counted?.[2] ?? 0),
    times: replies.flatMap((line) => {
      const time = /time=([\d.]+) ms/.exec(line)?.[1];
      return time === undefined ? [] : [Number(time)];
    }),
    text,
  };
}
