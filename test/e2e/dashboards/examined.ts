import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writeFaults } from '../../support/doctor-faults.js';

const DOCTOR = join(import.meta.dirname, '../../../packages/doctor/dist/cli.js');

/** Runs the doctor, which finds something and reports it to a Pushgateway. @param folder where it may write */
export async function examine(pushgateway: string, folder: string): Promise<void> {
  const manifests = join(folder, 'manifests');
  await mkdir(manifests);
  writeFaults(manifests);
  const args = [DOCTOR, '--manifests', manifests, '--pushgateway', pushgateway];
  await promisify(execFile)(process.execPath, args, { cwd: folder }).catch((error) => {
    // Status 1 means that it found something, as it should here.
    if (error.code !== 1) throw error;
  });
}
