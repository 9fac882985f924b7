/**
 * The databases of OVN and Open vSwitch as types, generated from the schemas of the installed packages, and the names
 * that Sextant leaves in them. Each database is a namespace: `northbound.schema`, `northbound.LogicalSwitchPort`.
 * It knows nothing of Neutron and does no I/O.
 */
export { type GeneratedModule, generatedModules, renderModule } from './generate.ts';
export * as northbound from './northbound.gen.ts';
export * as openVswitch from './open-vswitch.gen.ts';
export { label, labelIndex, type Owned, ownerOf } from './ownership.ts';
export * as southbound from './southbound.gen.ts';
