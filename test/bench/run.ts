import { clientsBench } from './clients';
import { gatewayBench } from './gateway';
import { generatorBench } from './generator';
import { stressBench } from './stress';
import { idleBench } from './idle';
import { loadBench } from './load';
import { localBench } from './local';
import { planBench } from './plan';
import { profileBench } from './profile';
import { printReport, type BenchReport } from './report';
import { resultsBench } from './results';
import { enduranceBench } from './endurance';
import { stackBench } from './stack';
import { startBench } from './start';
import { turnsBench } from './turns';

const benches: Record<string, () => Promise<BenchReport>> = {
  generator: generatorBench,
  stress: stressBench,
  local: localBench,
  load: loadBench,
  clients: clientsBench,
  start: startBench,
  idle: idleBench,
  results: resultsBench,
  plan: planBench,
  profile: profileBench,
  stack: stackBench,
  turns: turnsBench,
  gateway: gatewayBench,
  endurance: enduranceBench,
};

async function main(names: string[]): Promise<void> {
  const unknown = names.filter(name => !benches[name]);
  if (unknown.length > 0) {
    console.error(`unknown benchmark: ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}`);
    process.exitCode = 2;
    return;
  }
  for (const [name, bench] of Object.entries(benches))
    if (names.length === 0 || names.includes(name)) printReport(await bench());
}

void main(process.argv.slice(2).filter(argument => !argument.startsWith('--'))).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
