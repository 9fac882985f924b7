import type { Command } from 'commander';
import {
  ApiError,
  type Client,
  type CollectionDescription,
  type Credentials,
  createClient,
  parseEndpoint,
  type Readable,
  unwrap,
} from '../client/index.ts';
import { type Format, isFormat } from './output.ts';

/** The options that all commands share: the API and the lab that they speak to, and the form of their output. */
export interface CliContext {
  readonly client: Client;
  readonly format: Format;
  /** Where the running lab has its control socket. */
  readonly stateDirectory: string;
  print(text: string): void;
}

/** A mistake of the user, or something that is not there: printed as one line, exit status 1. */
export class CliError extends Error {
  override readonly name = 'CliError';
}

interface GlobalOptions {
  readonly endpoint: string;
  readonly token?: string;
  readonly project?: string;
  readonly format: string;
  readonly stateDir: string;
}

/** Adds the options that all commands share. Their defaults come from OpenStack's and Sextant's variables in `env`. */
export function addGlobalOptions(program: Command, env: NodeJS.ProcessEnv): Command {
  const endpoint = env.OS_ENDPOINT ?? env.SEXTANT_ENDPOINT ?? 'http://127.0.0.1:9696';
  const stateDirectory = env.SEXTANT_STATE_DIR ?? `/tmp/sextant-${process.getuid?.()}`;
  return program
    .option('-e, --endpoint <url>', 'the Networking API: http://host:port or unix:/path', endpoint)
    .option('--token <token>', 'a token of the identity service', env.OS_TOKEN)
    .option('--project <id>', 'act as this project, where the API runs without authentication', env.OS_PROJECT_ID)
    .option('-f, --format <format>', 'table, json, yaml or value', 'table')
    .option('--state-dir <dir>', 'state directory of the running lab', stateDirectory);
}

/** Runs a command's work with a context of its own, and closes its connections after it. */
export async function withContext(command: Command, work: (context: CliContext) => Promise<void>): Promise<void> {
  const options = command.optsWithGlobals<GlobalOptions>();
  if (!isFormat(options.format)) throw new CliError(`--format takes table, json, yaml or value, not ${options.format}`);
  const { endpoint } = options;
  if (!parseEndpoint(endpoint)) throw new CliError(`--endpoint takes http://host:port or unix:/path, not ${endpoint}`);
  const client = createClient({ endpoint, credentials: credentialsOf(options) });
  try {
    await work({
      client,
      format: options.format,
      stateDirectory: options.stateDir,
      print: (text) => process.stdout.write(text.endsWith('\n') ? text : `${text}\n`),
    });
  } catch (error) {
    if (!(error instanceof ApiError) || error.problem.status !== 0) throw error;
    throw new CliError(`${error.message}\nstart a cloud with ./sextant start, or name another API with --endpoint`);
  } finally {
    await client.close();
  }
}

function credentialsOf({ token, project }: GlobalOptions): Credentials {
  if (token !== undefined) return { kind: 'token', token };
  if (project !== undefined) return { kind: 'project', projectId: project, roles: ['member', 'reader'] };
  return { kind: 'none' };
}

/** The number that an option was given. Throws on what is none. */
export function integer(option: string, text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new CliError(`${option} takes a number, not ${text}`);
}

/** Turns a name or an id into the row. Throws when there is none, or when several have that name. */
export async function getByNameOrId<Row extends { readonly id: string }>(
  { one, shown }: CollectionDescription,
  collection: Pick<Readable<Row>, 'list' | 'show'>,
  nameOrId: string,
): Promise<Row> {
  // Things without an id are named in their path by what they have instead.
  if (!shown.includes('id')) return unwrap(await collection.show(nameOrId));
  const keys = shown.includes('name') ? ['id', 'name'] : ['id'];
  const answers = await Promise.all(keys.map((key) => collection.list({ [key]: nameOrId })));
  const found = answers.flatMap(unwrap);
  const [row, another] = found;
  if (!row) throw new CliError(`there is no ${one.replaceAll('_', ' ')} ${nameOrId}`);
  if (another)
    throw new CliError(`several are named ${nameOrId}: name one by its id (${found.map(({ id }) => id).join(', ')})`);
  return row;
}
