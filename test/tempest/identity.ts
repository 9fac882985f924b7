import type { Keystone } from './keystone.ts';

/** The account by which the API validates tokens. */
export const serviceAccount = { username: 'neutron', password: 'of-the-service', project: 'service' };

/** Registers the Networking API in Keystone's catalogue, with a service account. */
export async function registerNetwork({ url, adminPassword }: Keystone, endpoint: string): Promise<void> {
  const token = await logIn(url, adminPassword);
  const post = (path: string, body: object) => send(url, token, 'POST', path, body);
  const project = await post('projects', { project: { name: serviceAccount.project, domain_id: 'default' } });
  const { username: name, password } = serviceAccount;
  const user = await post('users', { user: { name, password, domain_id: 'default' } });
  const role = await post('roles', { role: { name: 'service' } });
  await send(url, token, 'PUT', `projects/${project.id}/users/${user.id}/roles/${role.id}`);
  const service = await post('services', { service: { name: 'neutron', type: 'network' } });
  for (const kind of ['public', 'internal', 'admin'])
    await post('endpoints', {
      endpoint: { service_id: service.id, interface: kind, region_id: 'RegionOne', url: endpoint },
    });
}

async function logIn(url: string, password: string): Promise<string> {
  const user = { name: 'admin', password, domain: { id: 'default' } };
  const scope = { project: { name: 'admin', domain: { id: 'default' } } };
  const body = { auth: { identity: { methods: ['password'], password: { user } }, scope } };
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}/v3/auth/tokens`, { method: 'POST', headers, body: JSON.stringify(body) });
  const token = answer.headers.get('x-subject-token');
  if (token === null) throw new Error(`Keystone answered ${answer.status} to its administrator`);
  return token;
}

async function send(
  url: string,
  token: string,
  method: string,
  path: string,
  body?: object,
): Promise<{ readonly id: string }> {
  const headers = { 'content-type': 'application/json', 'x-auth-token': token };
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await fetch(`${url}/v3/${path}`, { method, headers, ...content });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`Keystone answered ${answer.status} to ${method} ${path}: ${text}`);
  return text === ''
    ? { id: '' }
    : (Object.values(JSON.parse(text) as Record<string, { readonly id: string }>)[0] ?? { id: '' });
}
