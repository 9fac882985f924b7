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

/** An agent's end: what it says, and all that it has heard. */
export class TestAgent {
  readonly heard: ControllerMessage[] = [];
  readonly #socket: WebSocket;
  closedWith: number | undefined;
  /** What the controller said to explain it. */
  closedBecause = '';

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('close', (code, reason) => {
      this.closedWith = code;
      this.closedBecause = reason.toString('utf8');
    });
    socket.on('message', (data) => {
      const parsed = parseControllerMessage(String(data));
      assert.ok(parsed.ok, `the controller said ${data}`);
      this.heard.push(parsed.value);
    });
  }

  static async connect(url: string, host: string, token: string): Promise<TestAgent> {
    const socket = new WebSocket(url, { headers: feedHeaders(host, token) });
    const agent = new TestAgent(socket);
    await once(socket, 'open');
    agent.say({
      kind: 'hello',
      protocolVersion: feedProtocolVersion,
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

  lastIntent() {
    return this.heard.flatMap((message) => (message.kind === 'intent' ? [message.intent] : [])).at(-1);
  }

  async synced(times = 1): Promise<void> {
    await waitFor(`${times} synced`, () => this.heard.filter(({ kind }) => kind === 'synced').length >= times);
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
