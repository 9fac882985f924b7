/** Why a frame is no message. `at` is the path inside the message, as a JSON pointer. */
export interface FeedProblem {
  readonly kind: 'invalid-message';
  readonly at: string;
  readonly reason: string;
}
