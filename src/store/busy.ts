/** As many collections are being read as may be. It passes: nothing was read or written. */
export class StoreBusy extends Error {}
