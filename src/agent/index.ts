/**
 * One host's first hop, running: it wires what is plugged into the hop bridge, keeps each port's flows as its intent
 * says, answers what guests ask, and reports. It joins `firsthop` (what should be) to `openflow` and the local database
 * (what is), and hears of intents by `feed` alone: it knows no store, no API and no OVN database.
 */
export { type Agent, startAgent } from './agent.ts';
export { type AgentOptions, agentOptions, agentProgram } from './options.ts';
