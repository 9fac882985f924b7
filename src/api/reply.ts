import type { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { Json, Problem } from '../resources/index.ts';
import { answerProblem, errorBody } from './problem.ts';

const contentType = 'application/json';

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

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  const answer = answerProblem(problem);
  if (answer.retryAfterSeconds !== undefined) reply.header('retry-after', answer.retryAfterSeconds);
  return sendText(reply, answer.status, errorBody(answer));
}

/** Answers errors from before any rule was asked: an unknown path, a body that is no JSON. */
export function sendError(reply: FastifyReply, status: number, type: string, message: string): FastifyReply {
  return sendText(reply, status, errorBody({ status, type, message }));
}
