import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { milliseconds, waitFor } from '../../base/index.ts';
import { agentToken } from '../../feed/index.ts';
import { startSwitch, type TestSwitch } from '../../openflow/testing/switch.ts';
import { type FeedServer, feedServer } from './feed-server.ts';
import { type AgentProcess, startAgentProcess } from './process.ts';

const secret = 'only for tests';

/** A hypervisor of a test: Open vSwitch, a feed to script, and the agent as a process. br-int is a plain switch. */
export interface TestHost {
  readonly ovs: TestSwitch;
  readonly feed: FeedServer;
  readonly agent: AgentProcess;
  /** Starts the agent again, on the same state. */
  startAgent(): void;
  stop(): Promise<void>;
}

/** Starts a switch of the test's own with an integration bridge, a feed server, and an agent between them. */
export async function startHost(): Promise<TestHost> {
  const ovs = await startSwitch();
  await ovs.vsctl('add-br', 'br-int', '--', 'set', 'Bridge', 'br-int', 'datapath_type=netdev');
  const directory = mkdtempSync(join(ovs.directory, 'agent-'));
  const state = join(directory, 'state');
  mkdirSync(state);
  writeFileSync(join(directory, 'token'), `${agentToken(secret, 'h1')}\n`);
  const socket = join(directory, 'feed.sock');
  const feed = feedServer(socket, secret);
  await feed.listen();
  const config = join(directory, 'agent.yaml');
  const options = { host: 'h1', controller: [`unix:${socket}`], 'token-file': join(directory, 'token') };
  writeFileSync(config, JSON.stringify({ ...options, 'log-level': 'debug' })); // YAML contains JSON
  const words = ['--config', config, '--ovsdb', ovs.database, '--state-dir', state];
  const start = () => startAgentProcess(join(directory, 'agent.log'), ...words);
  let agent = start();
  await waitFor('hop bridge', () => ovs.vsctl('br-exists', 'br-hop').then(() => true), {
    within: milliseconds(30_000),
  });
  return {
    ovs,
    feed,
    get agent() {
      return agent;
    },
    startAgent() {
      agent = start();
    },
    async stop() {
      await agent.kill('SIGTERM');
      await feed.close();
      await ovs.stop();
    },
  };
}
