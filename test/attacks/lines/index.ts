import type { Line } from '../line.ts';
import { denial } from './denial.ts';
import { floods } from './floods.ts';
import { foreignMacs } from './foreign-macs.ts';
import { gateways } from './gateways.ts';
import { impersonation, routerPoisoning } from './impersonation.ts';
import { neverSources } from './never-sources.ts';
import { reassignment } from './reassignment.ts';
import { routerSolicitations } from './router-solicitations.ts';
import { takeOvers } from './take-over.ts';
import { tools } from './tools.ts';

/** All that is tried, by number. */
export const lines: readonly Line[] = [
  impersonation,
  takeOvers,
  denial,
  routerPoisoning,
  foreignMacs,
  reassignment,
  routerSolicitations,
  gateways,
  floods,
  neverSources,
  tools,
];
