// Preloaded into the process of a cluster: samples its main thread between two SIGUSR2, and writes what it saw as a V8 CPU profile.
// Where to: the variable BENCH_PROFILE. Nothing happens without it.
import fs from 'node:fs';
import { Session } from 'node:inspector/promises';

const file = process.env.BENCH_PROFILE;
const INTERVAL_MICROS = 250;
let session;

async function toggle() {
  if (!session) {
    session = new Session();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: INTERVAL_MICROS });
    await session.post('Profiler.start');
    fs.writeFileSync(`${file}.started`, '');
    return;
  }
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  session = undefined;
  fs.writeFileSync(`${file}.partial`, JSON.stringify(profile));
  fs.renameSync(`${file}.partial`, file);
}

if (file) process.on('SIGUSR2', () => void toggle());
