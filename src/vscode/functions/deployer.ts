import path from 'node:path';
import * as vscode from 'vscode';
import { CodedError } from '../../base/errors';
import { sizeText, type Deployment } from '../../core/lambda/contract';
import type { CodeFolder } from '../../core/workspace/contract';
import { bundlerProblems } from '../../core/workspace/problems';
import type { CodeProblems } from '../own-code/code-problems';
import type { OwnCodeServices } from '../own-code/services';
import type { FunctionLog } from './function-log';
import type { FunctionPlace } from './function-target';
import type { LastDeployed } from './last-deployed';

export interface DeployerContext {
  target: FunctionPlace;
  services: OwnCodeServices;
  problems: CodeProblems;
  log: FunctionLog;
  last: LastDeployed;
  onError: (error: unknown) => void;
  /** The learner's code went out: what was checked of it before says nothing any more. */
  onDeployed: () => void;
}

/** Deploys the learner's code; what bundler and compiler find goes to Problems. */
export class Deployer {
  constructor(private readonly context: DeployerContext) {}

  async deploy(
    folder: CodeFolder,
    functionName: string,
    progress: (text: string) => void,
    signal: AbortSignal,
  ): Promise<Deployment> {
    const { target, problems, log, last } = this.context;
    const directory = path.join(folder.directory, folder.functions[functionName] ?? '');
    for (const document of vscode.workspace.textDocuments)
      if (document.isDirty && document.uri.fsPath.startsWith(directory + path.sep)) await document.save();
    void this.typeCheck(folder, signal);
    const ports = await target.reach(signal);
    const source = {
      name: functionName,
      directory,
      environment: { CLUSTER_ENDPOINT: ports.variables.clusterEndpoint ?? '' },
      roleArn: ports.variables.lambdaRoleArn ?? '',
      publish: true,
    };
    try {
      const deployment = await ports.lambda.deploy(source, progress, signal);
      problems.show('bundler', [], directory);
      await last.keep(directory, functionName);
      this.context.onDeployed();
      log.say(describe(deployment));
      return deployment;
    } catch (error) {
      const lines =
        error instanceof CodedError && error.code === 'LAMBDA_BUNDLE_FAILED' ? error.details?.problems : undefined;
      if (Array.isArray(lines)) problems.show('bundler', bundlerProblems(lines.map(String)), directory);
      throw error;
    }
  }

  /** Beside the deployment: types do not keep code from running. */
  private async typeCheck(folder: CodeFolder, signal: AbortSignal): Promise<void> {
    if (!vscode.workspace.isTrusted) return;
    try {
      const found = await this.context.services.typeCheck(folder.directory, signal);
      this.context.problems.show('compiler', found ?? [], folder.directory);
    } catch (error) {
      if (!signal.aborted) this.context.onError(error);
    }
  }
}

function describe(deployment: Deployment): string {
  const { functionName, created, version, durationMs } = deployment;
  const kept = version === undefined ? '' : `, version ${version}`;
  return `${functionName} ${created ? 'created' : 'updated'}: ${sizeText(deployment)}${kept}, ${durationMs.toFixed(0)} ms`;
}
