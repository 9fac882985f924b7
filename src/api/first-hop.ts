import type { FastifyInstance, FastifyRequest } from 'fastify';
import { err, ok, type Result, utcSecond } from '../base/index.ts';
import { familyBits, formatAddress, formatPrefix, prefixFamily } from '../ip/index.ts';
import { type Json, notFound, type Problem, type Schema } from '../kit/index.ts';
import { authorizeTarget, type Rule } from '../policy/index.ts';
import { type Port, portTable } from '../resources/index.ts';
import type { Binding, DropCount, LeaseRecord, PortState } from '../store/index.ts';
import type { ApiContext } from './context.ts';
import { sendJson, sendProblem } from './reply.ts';
import { callerOf, memberRequest } from './routes.ts';
import { findVisible } from './scoped-reader.ts';
import type { Served } from './served.ts';

/** The port's project reads it, readers included, and administrators; the owner of a network has other ports' without. */
const rule: Rule = { name: 'get_port_first_hop', requirement: 'project' };

/** Whether the collection is that of ports. */
export function hasFirstHop({ resource }: Served): boolean {
  return resource.table.name === portTable.name;
}

/** `GET /v2.0/ports/<id>/first-hop`: which addresses the port may use, what was leased to it, and what was dropped. */
export function firstHopRoute(app: FastifyInstance, context: ApiContext, served: Served): void {
  app.get(`${served.path}/:id/first-hop`, { config: { rule } }, async (request, reply) => {
    const shown = await show(context, served, request);
    return shown.ok ? sendJson(reply, 200, { first_hop: shown.value }) : sendProblem(reply, shown.error);
  });
}

async function show({ store }: ApiContext, served: Served, request: FastifyRequest): Promise<Result<Json, Problem>> {
  const caller = callerOf(request);
  const target = memberRequest(served, request);
  if (!target.ok) return target;
  const { id } = target.value;
  return store.snapshot(async (snapshot) => {
    const visible = await findVisible(snapshot, served.resource, id, caller);
    const port = visible && (await snapshot.find(portTable, visible.id));
    if (!port) return err(notFound({ resource: 'port', id }));
    const allowed = authorizeTarget(caller, rule, { projectId: port.projectId, parentProjectId: undefined });
    if (!allowed.ok) return allowed;
    const { observed } = snapshot;
    const [state] = await observed.portStates([port.id]);
    const facts: Facts = {
      state,
      bindings: await observed.bindings.of([port.id]),
      leases: await observed.leases(port.id),
      drops: await observed.drops(port.id),
    };
    return ok(showFirstHop(port, facts, caller.isAdmin));
  });
}

/** Of one port, as its host and the controller have it. */
interface Facts {
  readonly state: PortState | undefined;
  readonly bindings: readonly Binding[];
  readonly leases: readonly LeaseRecord[];
  readonly drops: readonly DropCount[];
}

/** The host is shown to those who also see `binding:host_id`. */
function showFirstHop(port: Port, { state, bindings, leases, drops }: Facts, isAdmin: boolean): Json {
  const host = (state?.wirings.find((wiring) => wiring.host === port.hostId) ?? state?.wirings[0])?.host ?? null;
  const declared = [
    ...port.fixedIps.map(({ ipAddress }) => showDeclared(formatAddress(ipAddress), 'fixed')),
    ...port.allowedAddressPairs.map(({ ipAddress }) => {
      const isSingle = ipAddress.length === familyBits(prefixFamily(ipAddress));
      return showDeclared(isSingle ? formatAddress(ipAddress.address) : formatPrefix(ipAddress), 'pair');
    }),
  ];
  return {
    ...(isAdmin && { host }),
    bindings: [...declared, ...bindings.map(showBinding)],
    leases: leases.map(({ address, clientDuid, expiresAt }) => ({
      ip_address: formatAddress(address),
      client_duid: clientDuid,
      expires_at: utcSecond(expiresAt),
    })),
    drops: drops.map(({ reason, packets }) => ({ reason, packets })),
  };
}

function showDeclared(text: string, kind: 'fixed' | 'pair'): Json {
  return { ip_address: text, kind, since: null, last_seen: null };
}

function showBinding({ address, kind, grantedAt, seenAt }: Binding): Json {
  return { ip_address: formatAddress(address), kind, since: utcSecond(grantedAt), last_seen: utcSecond(seenAt) };
}

const moment: Schema = { type: ['string', 'null'], format: 'date-time' };

function listOf(properties: Readonly<Record<string, Schema>>): Schema {
  return { type: 'array', items: { type: 'object', required: Object.keys(properties), properties } };
}

/** The schema of the answer. */
export const firstHopSchema: Schema = {
  type: 'object',
  required: ['bindings', 'leases', 'drops'],
  properties: {
    host: { type: ['string', 'null'], description: 'where the port is wired; for administrators' },
    bindings: listOf({
      ip_address: { type: 'string', description: 'an address, or of a pair also a prefix' },
      kind: { type: 'string', enum: ['fixed', 'pair', 'learned'] },
      since: moment,
      last_seen: moment,
    }),
    leases: listOf({
      ip_address: { type: 'string' },
      client_duid: { type: 'string' },
      expires_at: { type: 'string', format: 'date-time' },
    }),
    drops: listOf({ reason: { type: 'string' }, packets: { type: 'integer', minimum: 0 } }),
  },
};
