import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Lab, openLab, type Service, type Sextant, startSextant } from '../gaps/lab/index.ts';
import { type Client, createClient } from '../src/client/index.ts';

/** A lab with Sextant running in it. */
export interface Site {
  readonly lab: Lab;
  readonly sextant: Sextant;
  readonly controller: Service;
  readonly client: Client;
  close(): Promise<void>;
}

/** Central, hosts, the controller and an agent on each host, all real, in the namespace that we run in. */
export async function openSite(hosts: number): Promise<Site> {
  const lab = await openLab({ hosts });
  const disk = await openDisk();
  try {
    const sextant = await startSextant(lab, { logLevel: 'warn', database: `sqlite:${join(disk, 'sextant.db')}` });
    const { controller } = sextant;
    if (!controller) throw new Error('the lab started no controller');
    const client = createClient({ endpoint: sextant.endpoint });
    return {
      lab,
      sextant,
      controller,
      client,
      async close() {
        await client.close();
        await sextant.stop();
        await lab.close();
        await rm(disk, { recursive: true });
      },
    };
  } catch (error) {
    await lab.close();
    await rm(disk, { recursive: true });
    throw error;
  }
}

/** A folder on a real disk: the lab's own is in memory, where flushing costs nothing and proves nothing. */
async function openDisk(): Promise<string> {
  const cache = join(import.meta.dirname, '..', '.cache');
  await mkdir(cache, { recursive: true });
  return await mkdtemp(join(cache, 'bench-'));
}

/** Resident memory of a process in MB (10^6 bytes): proc(5) VmRSS. */
export async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kibibytes === undefined) throw new Error(`process ${pid} has no resident memory`);
  return (Number(kibibytes) * 1_024) / 1_000_000;
}
