/** Names a thing that is to be looked at again. It says nothing of what changed. */
export interface Key {
  readonly kind: string;
  readonly id: string;
}
