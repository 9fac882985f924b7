/** What the load generator is to do; handed over as JSON. */
export interface LoadJob {
  /** An origin, `http://host:port`; with `socketPath`, any. */
  readonly baseUrl: string;
  readonly socketPath: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Taken in turn. */
  readonly paths: readonly string[];
  readonly body: string | undefined;
  /** Requests under way at a time, each on a connection of its own. */
  readonly concurrency: number;
  /** Requests that come before those that are measured. */
  readonly warmUp: number;
  /** It ends after so many requests, or so many seconds, whichever is first. */
  readonly requests: number;
  readonly seconds: number;
}

/** The outcome of a load of requests: how many were answered in a second, and how long single ones took. */
export interface LoadResult {
  readonly requests: number;
  readonly perSecond: number;
  readonly p50Milliseconds: number;
  readonly p99Milliseconds: number;
  /** Answers that were no success, with how often each came. */
  readonly failures: Readonly<Record<string, number>>;
}

/** What the pacemaker is to do: requests at a steady rate, handed over as JSON. */
export interface PaceJob extends Pick<LoadJob, 'baseUrl' | 'socketPath' | 'headers' | 'method' | 'paths' | 'body'> {
  readonly perSecond: number;
  /** Requests, one after another, before those that are measured. */
  readonly warmUp: number;
}

/** How long requests at a steady rate took. */
export interface PaceResult extends Pick<LoadResult, 'requests' | 'p50Milliseconds' | 'p99Milliseconds' | 'failures'> {
  readonly longestMilliseconds: number;
}
