import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startBackground } from '../../gaps/lab/index.ts';
import { debianPath, type Keystone } from './keystone.ts';

/** How one test of the suite ended. */
export interface Outcome {
  /** `tempest.api.network.test_networks.NetworksTest.test_list_networks`; of a class whose set-up failed, `setUpClass (<class>)`. */
  readonly name: string;
  readonly result: 'ok' | 'FAILED' | 'SKIPPED';
}

/** What a run needs to know. */
export interface SuiteOptions {
  readonly folder: string;
  readonly keystone: Keystone;
  /** The aliases that `/v2.0/extensions` lists. */
  readonly extensions: readonly string[];
  /** A regular expression of the names of tests. */
  readonly pattern: string;
}

const packages = '/usr/lib/python3/dist-packages';

/** Runs OpenStack's own test suite against the Networking API of the catalogue, four tests at a time. */
export async function runSuite(options: SuiteOptions): Promise<readonly Outcome[]> {
  const { folder, pattern } = options;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'tempest.conf'), configuration(options));
  await writeFile(
    join(folder, '.stestr.conf'),
    `[DEFAULT]\ntest_path=${packages}/tempest/test_discover\ntop_dir=${packages}\ngroup_regex=([^\\.]*\\.)*\n`,
  );
  const env = {
    ...debianPath,
    HOME: folder,
    PYTHON: '/usr/bin/python3',
    PYTHONPATH: import.meta.dirname,
    TEMPEST_CONFIG_DIR: folder,
    TEMPEST_CONFIG: 'tempest.conf',
  };
  const command = ['stestr', 'run', '--concurrency', '4', pattern];
  const suite = startBackground(['env', '--chdir', folder, ...command], { env });
  await new Promise((resolve) => suite.process.once('close', resolve));
  await writeFile(join(folder, 'output.txt'), suite.output());
  return outcomesIn(suite.output());
}

/** Lines such as `{0} tempest.api.network.test_x.Y.test_z [0.123456s] ... ok`; a class that is skipped as a whole has one. */
function outcomesIn(output: string): readonly Outcome[] {
  const pattern = /^\{\d+\} (.+?)(?: \[[\d.]+s\])? \.\.\. (ok|FAILED|SKIPPED)/gm;
  return [...output.matchAll(pattern)].map(([, name = '', result = '']) => ({
    name: name.replace(/\[.*\]$/, ''),
    result: result as Outcome['result'],
  }));
}

function configuration({ folder, keystone, extensions }: SuiteOptions): string {
  return `[DEFAULT]
log_file = tempest.log
[oslo_concurrency]
lock_path = ${folder}/locks
[auth]
use_dynamic_credentials = true
admin_username = admin
admin_password = ${keystone.adminPassword}
admin_project_name = admin
admin_domain_name = Default
tempest_roles = member
[identity]
uri_v3 = ${keystone.url}/v3
auth_version = v3
region = RegionOne
v3_endpoint_type = public
[service_available]
neutron = true
nova = false
glance = false
cinder = false
swift = false
horizon = false
[network]
endpoint_type = public
[network-feature-enabled]
ipv6_subnet_attributes = true
api_extensions = ${extensions.join(',')}
`;
}
