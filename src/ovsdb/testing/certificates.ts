import { join } from 'node:path';
import type { TlsFiles } from '../tls.ts';
import { run } from './processes.ts';

/** Makes a certificate authority and one certificate by it, which serves both sides, with openssl(1). */
export async function makeCertificates(directory: string): Promise<TlsFiles> {
  const file = (name: string) => join(directory, name);
  const files = { privateKey: file('key.pem'), certificate: file('cert.pem'), ca: file('ca.pem') };
  const elliptic = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const authority = ['-subj', '/CN=test authority', '-keyout', file('ca-key.pem'), '-out', files.ca];
  await run('openssl', ['req', '-x509', ...elliptic, ...authority]);
  const signed = ['-CA', files.ca, '-CAkey', file('ca-key.pem'), '-addext', 'basicConstraints=CA:FALSE'];
  const leaf = ['-subj', '/CN=test peer', '-keyout', files.privateKey, '-out', files.certificate];
  await run('openssl', ['req', '-x509', ...elliptic, ...signed, ...leaf]);
  return files;
}
