import assert from 'node:assert/strict';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { waitFor } from '../../base/index.ts';
import {
  type AgentMessage,
  type ControllerMessage,
  encodeAgentMessage,
  feedHeaders,
  feedProtocolVersion,
  parseControllerMessage,
} from '../../feed/index.ts';
import type { NetworkIntent } from '../../firsthop/index.ts';

/** An agent's end: what it says, and all that it has heard. */
export class TestAgent {
  readonly heard: ControllerMessage[] = [];
  /** The same as it came. */
  readonly frames: string[] = [];
  readonly #socket: WebSocket;
  readonly #networks = new Set<string>();
  closedWith: number | undefined;
  /** What the controller said to explain it. */
  closedBecause = '';

  private constructor(socket: WebSocket, version: number) {
    this.#socket = socket;
    socket.on('close', (code, reason) => {
      this.closedWith = code;
      this.closedBecause = reason.toString('utf8');
    });
    socket.on('message', (data) => {
      const parsed = parseControllerMessage(String(data));
      assert.ok(parsed.ok, `the controller said ${data}`);
      this.heard.push(parsed.value);
      this.frames.push(String(data));
      if (version > 1) this.#expectOrder(parsed.value);
    });
  }

  static async connect(
    url: string,
    host: string,
    { token, version = feedProtocolVersion }: { readonly token: string; readonly version?: number },
  ): Promise<TestAgent> {
    const socket = new WebSocket(url, { headers: feedHeaders(host, token) });
    const agent = new TestAgent(socket, version);
    await once(socket, 'open');
    agent.say({
      kind: 'hello',
      protocolVersion: version,
      host,
      agentVersion: '1',
      configuration: { bridge: 'br-hop' },
    });
    return agent;
  }

  say(message: AgentMessage): void {
    this.#socket.send(encodeAgentMessage(message));
  }

  sayRaw(frame: string): void {
    this.#socket.send(frame);
  }

  plug(...portIds: readonly string[]): void {
    this.say({ kind: 'plugged', ports: portIds.map((portId) => ({ portId, interfaceName: 'tap0' })) });
  }

  /** What was said of ports, without the beats in between. */
  get verdicts(): readonly string[] {
    return this.heard.flatMap((message) => {
      if (message.kind === 'intent') return [`intent ${message.intent.portId}`];
      return message.kind === 'withdraw' ? [`withdraw ${message.portId}`] : [];
    });
  }

  /** The networks that were told, in order, as often as they were. */
  get networks(): readonly NetworkIntent[] {
    return this.heard.flatMap((message) => (message.kind === 'network' ? [message.network] : []));
  }

  lastIntent() {
    return this.heard.flatMap((message) => (message.kind === 'intent' ? [message.intent] : [])).at(-1);
  }

  async synced(times = 1): Promise<void> {
    await waitFor(`${times} synced`, () => this.heard.filter(({ kind }) => kind === 'synced').length >= times);
  }

  /** No intent names a network that this host was not told, or that was withdrawn since. */
  #expectOrder(message: ControllerMessage): void {
    if (message.kind === 'network') this.#networks.add(message.network.networkId);
    if (message.kind === 'withdraw-network') this.#networks.delete(message.networkId);
    if (message.kind === 'intent') assert.ok(this.#networks.has(message.intent.networkId), JSON.stringify(this.frames));
  }

  /** From here on nothing is read of what the controller sends. */
  stopReading(): void {
    this.#socket.pause();
  }

  startReading(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#socket.close();
  }
}
