import path from 'node:path';
import { functionMissing } from '../../core/lambda/errors';
import { deployedText, kibText, sizeText } from '../../core/lambda/contract';
import { findEntry } from '../../node/lambda/bundle';
import { createLambdaPort } from '../../node/lambda/port';
import type { Target } from '../../node/target';
import { agreeByName } from '../agreement';
import { announce, callLines } from '../announce';
import type { OpenTarget } from '../command-context';
import type { Console } from '../console';
import { EXIT, type ExitCode } from '../exit-codes';
import { usageError } from '../failure';
import { Interrupt } from '../interrupt';
import { invocationHint } from '../invocation-hint';
import { textTable } from '../terminal/text-table';

/** `deploy <dir>`: bundles a handler and creates or updates the function. */
export async function deploy(
  directory: string,
  name: string,
  openTarget: OpenTarget,
  console: Console,
  yes?: boolean,
): Promise<ExitCode> {
  findEntry(directory);
  const target = await openTarget();
  await announce('deploy', target, { functionName: name, ...(yes !== undefined && { yes }) }, console);
  const { lambda, dispose } = lambdaOf(target);
  const interrupt = new Interrupt();
  try {
    const deployment = await lambda.deploy(
      {
        name: target.lambda.functionPrefix + name,
        directory: path.resolve(directory),
        environment: { CLUSTER_ENDPOINT: target.endpoint },
        roleArn: target.lambda.roleArn,
        publish: true,
      },
      text => console.stderr.write(`${console.errorStyle.dim(text)}\n`),
      interrupt.signal,
    );
    const { functionArn, version, durationMs } = deployment;
    const size = sizeText(deployment);
    console.stdout.write(
      `${deployedText(deployment)} ${functionArn} (${size}${version === undefined ? '' : `, version ${version}`}, ${Math.round(durationMs)} ms)\n`,
    );
    return EXIT.ok;
  } finally {
    interrupt.dispose();
    dispose();
  }
}

/** `invoke <json>`: prints the answer; exit code 1 when the function failed. */
export async function invoke(json: string, name: string, openTarget: OpenTarget, console: Console): Promise<ExitCode> {
  const payload = readPayload(json);
  const target = await openTarget();
  const { lambda, dispose } = lambdaOf(target);
  const interrupt = new Interrupt();
  try {
    const invocation = await lambda.invoke(target.lambda.functionPrefix + name, payload, {
      tailLog: true,
      signal: interrupt.signal,
    });
    console.stdout.write(`${JSON.stringify(invocation.payload, undefined, 2) ?? 'null'}\n`);
    const failed = invocation.functionError !== undefined;
    if (failed && invocation.log) console.stderr.write(`${console.errorStyle.dim(invocation.log.trimEnd())}\n`);
    const hint = invocationHint(invocation.payload);
    if (hint !== undefined) console.stderr.write(`${hint}\n`);
    return failed ? EXIT.failed : EXIT.ok;
  } finally {
    interrupt.dispose();
    dispose();
  }
}

/** `functions`: what is deployed, with versions that can be rolled back to. */
export async function list(openTarget: OpenTarget, console: Console): Promise<ExitCode> {
  const target = await openTarget();
  const { lambda, dispose } = lambdaOf(target);
  try {
    const functions = (await lambda.list()).filter(({ name }) => name.startsWith(target.lambda.functionPrefix));
    const rows: string[][] = [];
    for (const { name, codeBytes, memoryMb, timeoutSeconds, lastModified, codeSha256 } of functions) {
      const versions = (await lambda.versions(name)).map(
        one => one.version + (one.codeSha256 === codeSha256 ? '*' : ''),
      );
      rows.push([name, kibText(codeBytes), `${memoryMb} MiB`, `${timeoutSeconds} s`, lastModified, versions.join(' ')]);
    }
    const columns = ['function', 'code', 'memory', 'timeout', 'changed', 'versions (* runs now)'];
    console.stdout.write(rows.length === 0 ? 'No function is deployed.\n' : `${textTable(columns, rows).join('\n')}\n`);
    return EXIT.ok;
  } finally {
    dispose();
  }
}

/** `rollback <function>`: the code of an earlier version again. */
export async function rollBack(
  name: string,
  version: string | undefined,
  openTarget: OpenTarget,
  console: Console,
  yes?: boolean,
): Promise<ExitCode> {
  checkVersion(version);
  const target = await openTarget();
  await announce('roll-back', target, { functionName: name, ...(yes !== undefined && { yes }) }, console);
  const { lambda, dispose } = lambdaOf(target);
  const interrupt = new Interrupt();
  try {
    const progress = (text: string): void => void console.stderr.write(`${console.errorStyle.dim(text)}\n`);
    const restored = await lambda.rollBack(target.lambda.functionPrefix + name, version, progress, interrupt.signal);
    console.stdout.write(`${name} runs the code of version ${restored.version} again\n`);
    return EXIT.ok;
  } finally {
    interrupt.dispose();
    dispose();
  }
}

/** `remove-function <function>`: the function with its versions, once its name was typed. */
export async function remove(
  name: string,
  openTarget: OpenTarget,
  { confirm }: { confirm?: string },
  console: Console,
): Promise<ExitCode> {
  const target = await openTarget();
  const { lambda, dispose } = lambdaOf(target);
  try {
    const whole = target.lambda.functionPrefix + name;
    if (!(await lambda.exists(whole))) throw functionMissing(whole);
    const lines = [
      ...(await callLines('remove-function', target, name)),
      `${whole} goes with all of its versions; its log stays. There is no undo.`,
    ];
    await agreeByName({ lines, name, code: 'FUNCTION_NOT_AGREED', given: confirm }, console);
    await lambda.remove(whole);
    console.stdout.write(`${whole} is gone.\n`);
    return EXIT.ok;
  } finally {
    dispose();
  }
}

/** A version is a number: Lambda API reference, PublishVersion. */
function checkVersion(version: string | undefined): void {
  if (version !== undefined && !/^[1-9]\d*$/.test(version))
    throw usageError(`--to "${version}" is no version`, 'Its number, as the command functions shows it.');
}

function readPayload(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw usageError(
      `the payload is not JSON: ${(error as Error).message}`,
      `Quote it: dsql-workshop invoke '{"name": "reinvent"}'`,
    );
  }
}

/** The functions of a target, by the keys of its administrator. */
export function lambdaOf(target: Target): { lambda: ReturnType<typeof createLambdaPort>; dispose(): void } {
  const { region, credentials } = target;
  const lambda = createLambdaPort({ endpoint: target.lambda.endpoint, region, credentials: credentials.admin });
  return { lambda, dispose: () => lambda.dispose() };
}
