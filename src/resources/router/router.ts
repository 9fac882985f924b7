import type { Standard } from '../../kit/index.ts';
import type { RouterId } from '../ids.ts';
import type { Route } from '../route.ts';

/** A layer-3 hop between networks: one OVN logical router. Its interfaces are ports (neutron-lib api/definitions/l3.py). */
export interface Router extends Standard {
  readonly id: RouterId;
  readonly name: string;
  readonly adminStateUp: boolean;
  readonly status: 'ACTIVE' | 'DOWN' | 'ERROR';
  /** Static routes of the router, besides those of its interfaces. */
  readonly routes: readonly Route[];
}
