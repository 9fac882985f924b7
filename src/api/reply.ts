import type { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { Json, Problem } from '../kit/index.ts';

const contentType = 'application/json';

/** Answers with JSON, in the content type that Neutron's clients expect. */
export function sendJson(
  reply: FastifyReply,
  status: number,
  body: Json | Readonly<Record<string, Json>>,
): FastifyReply {
  return reply.code(status).header('content-type', contentType).send(JSON.stringify(body));
}

/** A body that is JSON text already, whole or in parts. */
export function sendText(reply: FastifyReply, status: number, body: string | Readable): FastifyReply {
  return reply.code(status).header('content-type', contentType).send(body);
}

/** Answers with a problem as Neutron does, with `Retry-After` where it is known when to come again. */
export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.retryAfterSeconds !== undefined) reply.header('retry-after', problem.retryAfterSeconds);
  return sendText(reply, problem.status, errorBody(problem));
}

/** Answers errors from before any rule was asked: an unknown path, a body that is no JSON. */
export function sendError(reply: FastifyReply, status: number, type: string, message: string): FastifyReply {
  return sendText(reply, status, errorBody({ type, message }));
}

/** `{"NeutronError": {"type", "message", "detail": ""}}` */
export function errorBody({ type, message }: Pick<Problem, 'type' | 'message'>): string {
  return JSON.stringify({ NeutronError: { type, message, detail: '' } });
}
