import type { Row } from '../contract.ts';
import { needOfApi } from '../workbench/requests.ts';

/** A distributed router is asked for by its attribute; north-south needs an external network besides. */
export const distributedRouting: Row = {
  id: '20',
  title: 'Distributed Virtual Routing (DVR) support for IPv6',
  claim:
    'East-west traffic never passes a third host; a global address enters and leaves at its guest’s own host without NAT, with the gateway host stopped; guests move host and keep their flows.',
  source: ['Networking API v2.0, dvr extension (router attribute distributed)'],
  async check(context) {
    const { cloud, tag } = context;
    await needOfApi(context, {
      part: 'a router that is asked to be distributed',
      path: '/v2.0/routers',
      as: cloud.admin,
      body: { router: { name: tag, distributed: true } },
    });
    await needOfApi(context, {
      part: 'an external network',
      path: '/v2.0/networks',
      as: cloud.admin,
      body: { network: { name: tag, 'router:external': true } },
    });
  },
};
