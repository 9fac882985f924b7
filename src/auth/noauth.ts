import { isIP } from 'node:net';
import { err, ok, type Result } from '../base/index.ts';
import { type Problem, type ProjectId, unauthenticated } from '../kit/index.ts';
import type { Authenticator, Headers } from './authenticator.ts';
import type { Caller } from './caller.ts';

/**
 * Believes every request: without headers the caller is an administrator; `X-Project-Id` and `X-Roles` make it a member
 * of that project with those roles. For sockets that only this machine reaches: see {@link isLocalListener}.
 */
export const noauth: Authenticator = {
  authenticate(headers): Result<Caller, Problem> {
    const caller = callerOf(headers);
    // Things that administrators make have an empty project, so a caller who is none must not have an empty one.
    return caller.isAdmin || caller.projectId !== '' ? ok(caller) : err(unauthenticated());
  },
};

const administrator: Caller = { projectId: '' as ProjectId, roles: ['admin'], isAdmin: true };

function callerOf(headers: Headers): Caller {
  const projectId = headers['x-project-id'];
  const roles = headers['x-roles'];
  if (projectId === undefined && roles === undefined) return administrator;
  const names = String(roles ?? 'member')
    .split(',')
    .map((role) => role.trim().toLowerCase())
    .filter((role) => role !== '');
  return { projectId: String(projectId ?? '') as ProjectId, roles: names, isAdmin: names.includes('admin') };
}

/** Whether only this machine reaches what listens there: `unix:/path`, or a loopback address with a port. */
export function isLocalListener(listen: string): boolean {
  if (listen.startsWith('unix:')) return true;
  const host = listen.slice(0, Math.max(0, listen.lastIndexOf(':'))).replace(/^\[(.*)\]$/, '$1');
  if (host === 'localhost') return true;
  return isIP(host) === 4 ? host.startsWith('127.') : host === '::1';
}
