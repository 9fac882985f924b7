/**
 * The composition root: reads the options, opens the store and OVN, puts API, reconciler, status and agents' feed
 * together, and starts and stops them in order. Nothing is decided here that another folder could decide.
 */
export { type Controller, type ControllerDependencies, startController } from './controller.ts';
export { formatListenAddress, type ListenAddress } from './listen-address.ts';
export { type ControllerOptions, controllerProgram } from './options.ts';
