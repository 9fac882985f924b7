import { setTimeout as delay } from 'node:timers/promises';
import { milliseconds, waitFor } from '../../src/base/index.ts';
import type { Background, Guest, Output } from '../contract.ts';
import { expect, type Note } from '../probe.ts';

const program = `${import.meta.dirname}/traffic.py`;
const python = ['/usr/bin/python3', '-I', '-S', program];

/** Any port that nothing else in a guest takes. */
export const servicePort = 7000;

/** A TCP and UDP service in a guest, on one of its addresses or on all of one family (`::`, `0.0.0.0`). */
export async function serve(guest: Guest, address = '::', port = servicePort): Promise<Background> {
  const service = guest.spawn([...python, 'serve', address, `${port}`]);
  await service.waitForOutput(/^ready$/m);
  return service;
}

/** Traffic from a guest to a service. */
export interface Flow {
  readonly from: Guest;
  /** The peer's address; a service stands there. */
  readonly to: string;
  /** Of the service. Default `servicePort`. */
  readonly port?: number;
  readonly note: Note;
}

/** Ping with every reply, a TCP exchange, and UDP in small and in fragmented datagrams. */
export async function expectTraffic(flow: Flow): Promise<void> {
  await expectPing(flow);
  await expectTcp(flow, 2_000);
  await expectUdp(flow, { count: 5, size: 512 });
}

/** Every echo comes back, in one of five rows of three: a busy machine may lose one, a broken path loses some in each. */
export async function expectPing({ from, to, note }: Flow, source?: string): Promise<void> {
  // The first echo may wait for neighbour discovery longer than it is waited for: only later ones are counted.
  expect(await from.reaches(to, source ? { source } : {}), `${from.name} does not reach ${to}`);
  const by = source ? ` from ${source}` : '';
  for (let tries = 1; ; tries += 1) {
    const { sent, received, times } = await from.ping(to, { count: 3, ...(source && { source }) });
    note(`ping ${from.name} -> ${to}${by}: ${received} of ${sent}, ${times.join(' ')} ms`);
    if (received === sent && sent > 0) return;
    expect(tries < 5, `ping ${to}${by}: ${received} of ${sent} replies`);
    await delay(100 * tries);
  }
}

/** Answers the source address that the guest's kernel chose. */
export async function expectTcp({ from, to, port = servicePort, note }: Flow, bytes: number): Promise<string> {
  const output = await from.run([...python, 'tcp', to, `${port}`, `${bytes}`]);
  note(`TCP ${from.name} -> ${to}: ${describe(output)}`);
  expect(output.code === 0, `TCP of ${bytes} bytes to ${to}: ${describe(output)}`);
  return sourceOf(output);
}

/** How many UDP datagrams are sent, and how large they are. */
export interface Datagrams {
  readonly count: number;
  /** Of each payload, in bytes. */
  readonly size: number;
}

/** Sends datagrams and expects each echo. Throws `Unmet` otherwise; answers the source address that the service saw. */
export async function expectUdp(flow: Flow, datagrams: Datagrams): Promise<string> {
  const output = await sendUdp(flow, datagrams);
  expect(output.code === 0, `UDP of ${datagrams.size} bytes to ${flow.to}: ${describe(output)}`);
  return sourceOf(output);
}

/** No datagram is echoed. Answers what the sender's kernel said of it. */
export async function expectNoUdp(flow: Flow, datagrams: Datagrams): Promise<string> {
  const output = await sendUdp(flow, datagrams);
  expect(output.stdout.includes('"echoed": 0'), `UDP of ${datagrams.size} bytes to ${flow.to}: ${describe(output)}`);
  return describe(output);
}

async function sendUdp({ from, to, port = servicePort, note }: Flow, { count, size }: Datagrams): Promise<Output> {
  const output = await from.run([...python, 'udp', to, `${port}`, `${count}`, `${size}`]);
  note(`UDP of ${size} bytes ${from.name} -> ${to} port ${port}: ${describe(output)}`);
  return output;
}

/** The status line that an HTTP server answers with; throws `Unmet` when none does. */
export async function expectHttp({ from, to, note }: Flow, path: string): Promise<string> {
  const output = await from.run([...python, 'http', to, '80', path]);
  note(`GET http://[${to}]${path}: ${describe(output)}`);
  expect(output.code === 0, `no answer at http://[${to}]${path}: ${describe(output)}`);
  return describe(output);
}

/** Makes the guest a member of a group until the result is stopped. */
export async function joinGroup(guest: Guest, group: string): Promise<Background> {
  const member = guest.spawn([...python, 'join', group, '60']);
  await member.waitForOutput(/^joined$/m);
  return member;
}

/** Sends UDP datagrams to a multicast group. Throws `Unmet` when the guest cannot send them. */
export async function sendToGroup(guest: Guest, group: string, count: number): Promise<void> {
  const output = await guest.run([...python, 'datagrams', group, `${servicePort}`, `${count}`]);
  expect(output.code === 0, `cannot send to ${group}: ${describe(output)}`);
}

/** A path on which nothing may be answered any more. */
export interface Silence {
  readonly from: Guest;
  readonly to: string;
  /** Default: whatever the guest's kernel chooses. */
  readonly source?: string;
  readonly note: Note;
}

/** Waits until no echo comes back: a change at the API takes a moment to reach the hosts. */
export async function expectSilence({ from, to, source, note }: Silence): Promise<void> {
  const silent = async () => {
    const { received } = await from.ping(to, { count: 3, waitSeconds: 0.3, ...(source && { source }) });
    return received === 0;
  };
  await waitFor(`${to} to fall silent${source ? ` towards ${source}` : ''}`, silent, { within: milliseconds(5_000) });
  note(`${to} is no longer reached${source ? ` from ${source}` : ''}`);
}

/** A ping that goes on in the background while something is changed. */
export interface SteadyPing {
  /** Ends it and throws `Unmet` when the path was interrupted, which a single lost echo on a busy machine is not. */
  expectUninterrupted(note: Note): Promise<void>;
  /** Waits until its echoes are answered, or no longer are. */
  waitForAnswers(wanted: boolean, note: Note): Promise<void>;
  stop(): Promise<void>;
}

const echoIntervalMilliseconds = 50;
const longestGapMilliseconds = 500;

/** Starts the ping and waits for the first reply. */
export async function startSteadyPing(from: Guest, to: string): Promise<SteadyPing> {
  const process = from.spawn(['ping', '-n', '-i', `${echoIntervalMilliseconds / 1000}`, '-W', '1', to]);
  await process.waitForOutput(/icmp_seq=\d+ ttl/);
  const countAnswers = () => process.output().match(/icmp_seq=\d+ ttl/g)?.length ?? 0;
  return {
    async waitForAnswers(wanted, note) {
      const changed = async () => {
        const before = countAnswers();
        await delay(longestGapMilliseconds);
        return countAnswers() > before === wanted;
      };
      const what = wanted ? 'answered' : 'no longer answered';
      await waitFor(`the echoes to ${to} to be ${what}`, changed, { within: milliseconds(8_000) });
      note(`ping ${from.name} -> ${to} goes on: ${what}`);
    },
    async stop() {
      await process.stop();
    },
    async expectUninterrupted(note) {
      await process.stop('SIGINT'); // on which ping prints its counts
      const output = process.output();
      const sent = Number(/(\d+) packets transmitted/.exec(output)?.[1]);
      const answered = [...output.matchAll(/icmp_seq=(\d+) ttl/g)].map(([, sequence]) => Number(sequence));
      const gap = longestGap(answered, sent) * echoIntervalMilliseconds;
      note(`ping ${from.name} -> ${to} meanwhile: ${answered.length} of ${sent} echoes, longest gap ${gap} ms`);
      expect(gap < longestGapMilliseconds, `${to} was not reached for ${gap} ms meanwhile`);
    },
  };
}

/** How many echoes in a row had no reply, those after the last reply too. */
function longestGap(answered: readonly number[], sent: number): number {
  const ends = [...answered, sent + 1].sort((one, other) => one - other);
  return Math.max(...ends.map((end, index) => end - (ends[index - 1] ?? answered[0] ?? 0) - 1));
}

function describe({ stdout, stderr }: Output): string {
  return (stdout + stderr).trim().split('\n').slice(-1)[0] ?? '';
}

function sourceOf({ stdout }: Output): string {
  return /"source": "([^"]+)"/.exec(stdout)?.[1] ?? '';
}
