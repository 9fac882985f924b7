/** What `openStore` takes, in words that complete "... is not". */
export const databaseForms =
  'sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE, with each / ? # @ % of user and password percent-encoded';

/** Parameters of a PostgreSQL URL that are shown; any other may hold a secret, or where one is. */
const shownParameters = ['host', 'port', 'user', 'dbname', 'sslmode'];

/** Whether it is a database's address. A password that is not percent-encoded can make it look like another host's. */
export function isDatabaseUrl(database: string): boolean {
  return database.startsWith('sqlite:') || (isPostgresUrl(database) && parse(database) !== undefined);
}

/** Whether a database is named by a PostgreSQL URL, and not by an SQLite path. */
export function isPostgresUrl(database: string): boolean {
  return /^postgres(ql)?:/.test(database);
}

/** For logs and messages: any text, as far as it certainly has no secret in it. */
export function withoutPassword(database: string): string {
  if (database.startsWith('sqlite:') || /^[\w./-]*$/.test(database)) return database;
  const url = parse(database);
  if (!url) return `${/^[a-z]+(?=:)/.exec(database)?.[0] ?? ''}:***`;
  const user = url.username === '' ? '' : `${url.username}${url.password && ':***'}@`;
  const parameters = new URLSearchParams([...url.searchParams].filter(([name]) => shownParameters.includes(name)));
  const query = parameters.size === 0 ? '' : `?${parameters}`;
  return `${url.protocol}//${user}${url.host}${url.pathname}${query}`.replace(`@${noHost}/`, '@/');
}

/** Stands for the host that a URL with a user lacks when a parameter names the socket's folder; pg does the same. */
const noHost = 'no-host';

/** Undefined: it is no URL, or a part of its user or password has slipped behind the host. */
function parse(database: string): URL | undefined {
  const url = URL.parse(database) ?? URL.parse(database.replace('@/', `@${noHost}/`));
  if (!url || !/^[a-z]+:\/\//.test(database)) return undefined;
  const behindHost = database.slice(database.indexOf('://') + 3).replace(/^[^/?#]*/, '');
  const isWhole = !/[@#]/.test(behindHost) && isDecodable(database);
  return isWhole ? url : undefined;
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
