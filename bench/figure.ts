import type { ApiTarget } from './api-target.ts';
import type { LargeSite } from './large-site.ts';
import type { Site } from './site.ts';

/** What a figure may use. What it asks for is made at the first request and removed at the end of the run. */
export interface Bench {
  /** A Networking API with a network and an IPv6 subnet to fill with ports. */
  api(): Promise<ApiTarget>;
  /** The process that serves that API; undefined when it is somebody else's. */
  apiProcess(): Promise<number | undefined>;
  /** A small lab with nothing in it but what figures put there and take away again. */
  site(): Promise<Site>;
  /** A lab of its own for one figure, with a nice value for OVN (default 0). The caller closes it. */
  openSite(options?: { readonly ovnNiceness?: number }): Promise<Site>;
  /** A cloud of 1,000 hosts with 100 ports each, all pushed to OVN. Figures leave it as they found it. */
  largeSite(): Promise<LargeSite>;
  progress(text: string): void;
}

interface FigureText {
  /** As in the results: `what_unit_circumstances`. */
  readonly name: string;
  readonly unit: string;
  measure(bench: Bench): Promise<number>;
}

/** One measured number. `api` figures can be aimed at any Networking API; `lab` figures need hosts and OVN. */
export interface Figure extends FigureText {
  readonly scope: 'api' | 'lab';
}
