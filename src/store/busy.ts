import { OperationalError } from '../base/index.ts';

/** As much is under way as may be. It passes: nothing was read or written. */
export class StoreBusy extends OperationalError {}
