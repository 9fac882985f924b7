import type { Row } from '../contract.ts';
import { needOfApi } from '../workbench/requests.ts';
import { createWorkbench } from '../workbench/workbench.ts';

/** North-south routing begins with a network outside of the tenants, and a router with a gateway on it. */
export const externalRouting: Row = {
  id: '4',
  title: 'IPv6 subnet routed via L3 agent to an external IPv6 network; several L3 agents, scheduled',
  claim:
    'Tenant subnets of each type reach an external host and are reached, over a link-local next hop and without an IPv6 subnet on the external network; routers spread over gateway hosts and outlive the loss of one.',
  source: ['Networking API v2.0, external-net, ext-gw-mode and l3_agent_scheduler extensions', 'RFC 4861 §6.3.4'],
  async check(context) {
    const { cloud, tag } = context;
    await needOfApi(context, {
      part: 'an external network',
      path: '/v2.0/networks',
      as: cloud.admin,
      body: { network: { name: tag, 'router:external': true } },
    });
    const router = await createWorkbench(context).router([]);
    await needOfApi(context, {
      part: 'routers scheduled to L3 agents',
      method: 'GET',
      path: `/v2.0/routers/${router.id}/l3-agents`,
      as: cloud.admin,
    });
  },
};
