// Put in front of a bundle, `require(this)(label, folder)`: samples every thread of the process that runs the bundle, between two messages
// of the process's main thread (SIGUSR2, or a message on the channel), and writes one V8 CPU profile a thread into the folder.
const fs = require('node:fs');
const path = require('node:path');
const { Session } = require('node:inspector');
const { BroadcastChannel, isMainThread, threadId } = require('node:worker_threads');

const INTERVAL_MICROS = 250;

module.exports = (label, folder) => {
  const file = path.join(folder, `${label}-${process.pid}-${threadId}`);
  const channel = new BroadcastChannel('bench-profile');
  channel.unref();
  let session;
  const toggle = () => {
    if (!session) {
      session = new Session();
      session.connect();
      session.post('Profiler.enable');
      session.post('Profiler.setSamplingInterval', { interval: INTERVAL_MICROS });
      session.post('Profiler.start', () => fs.writeFileSync(`${file}.started`, ''));
      return;
    }
    session.post('Profiler.stop', (error, answer) => {
      if (!error) {
        fs.writeFileSync(`${file}.partial`, JSON.stringify(answer.profile));
        fs.renameSync(`${file}.partial`, `${file}.cpuprofile`);
      }
      fs.rmSync(`${file}.started`, { force: true });
    });
    session.disconnect();
    session = undefined;
  };
  channel.onmessage = toggle;
  if (isMainThread)
    process.on('SIGUSR2', () => {
      channel.postMessage('toggle');
      toggle();
    });
};
