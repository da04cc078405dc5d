import type { DoctorFinding } from '../../core/doctor/contract';
import { examine } from '../../core/doctor/examine';
import { conclusion, findingLines } from '../../core/doctor/report';
import { createDoctorPorts } from '../../node/doctor/ports';
import { doctorSubject } from '../../node/doctor/subject';
import type { OpenTarget } from '../command-context';
import type { Console } from '../console';
import { EXIT, type ExitCode } from '../exit-codes';
import { Interrupt } from '../interrupt';

export interface DoctorOptions {
  user: string;
  as: 'admin' | 'lambda';
  json?: boolean;
}

/** `doctor`: examines the way to a cluster step by step. Exit code 1 when a check failed. */
export async function doctor(openTarget: OpenTarget, options: DoctorOptions, console: Console): Promise<ExitCode> {
  const target = await openTarget();
  const subject = doctorSubject(target, options.user);
  const ports = createDoctorPorts({ target, subject, as: options.as });
  const findings: DoctorFinding[] = [];
  const interrupt = new Interrupt();
  try {
    for await (const finding of examine(subject, ports, { signal: interrupt.signal })) {
      findings.push(finding);
      console.stdout.write(options.json ? `${JSON.stringify(finding)}\n` : `${findingLines(finding).join('\n')}\n`);
    }
  } finally {
    interrupt.dispose();
  }
  if (interrupt.interrupted) return EXIT.interrupted;
  if (!options.json) console.stdout.write(`${conclusion(findings)}\n`);
  return findings.some(({ status }) => status === 'failed') ? EXIT.failed : EXIT.ok;
}
