import type { Command } from 'commander';
import { collectionDescriptions, type Network } from '../client/index.ts';
import { addNoun, type Noun } from './noun.ts';

const networks: Noun<Network> = {
  description: collectionDescriptions.networks,
  columns: [
    { title: 'id', value: ({ id }) => id },
    { title: 'name', value: ({ name }) => name },
    { title: 'status', value: ({ status }) => status },
    { title: 'MTU', value: ({ mtu }) => mtu },
    { title: 'subnets', value: ({ subnets }) => subnets },
  ],
};

/** Adds `sextant network ...`. */
export function addNetwork(program: Command): void {
  addNoun(program, networks);
}
