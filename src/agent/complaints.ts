import type { Log } from '../base/index.ts';
import type { PluggedInterface } from './switch-view.ts';

/** Says what an operator must know once per change, not once per pass. */
export class Complaints {
  readonly #log: Log;
  #said: ReadonlySet<string> = new Set();

  constructor(log: Log) {
    this.#log = log;
  }

  missingBridge(bridge: string): void {
    this.#say([{ key: bridge, context: { bridge }, message: 'wiring: waiting for the integration bridge' }]);
  }

  about(unknown: readonly PluggedInterface[], duplicates: readonly PluggedInterface[]): void {
    this.#say([
      ...unknown.map((port) =>
        complaint(port, 'wiring: plugged, but the controller has no intent for it: nothing passes'),
      ),
      ...duplicates.map((port) => complaint(port, 'wiring: another interface has this iface-id: nothing passes here')),
    ]);
  }

  #say(complaints: readonly Complaint[]): void {
    for (const { key, context, message } of complaints) if (!this.#said.has(key)) this.#log.warn(context, message);
    this.#said = new Set(complaints.map(({ key }) => key));
  }
}

interface Complaint {
  readonly key: string;
  readonly context: Record<string, unknown>;
  readonly message: string;
}

function complaint({ portId, interfaceName }: PluggedInterface, message: string): Complaint {
  return { key: `${interfaceName} ${message}`, context: { portId, interfaceName }, message };
}
