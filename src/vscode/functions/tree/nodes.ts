/** The tree as plain data. Drawn by ./items, loaded by ./provider. */
import type { FunctionState, FunctionVersion } from '../../../core/lambda/admin';
import type { FunctionOverview } from '../../../core/lambda/overview';
import type { NextAction } from '../../next-actions';

interface Base {
  /** Unique in the tree and the same after a refresh, so that VS Code keeps what is expanded. */
  id: string;
}

/** Rows of a function: commands that are called on one take its name from it. */
interface OfFunction extends Base {
  functionName: string;
}

export interface FunctionNode extends OfFunction {
  kind: 'function';
  overview: FunctionOverview;
}
/** One of the things that are told of a function when it is opened. */
export interface PropertyNode extends OfFunction {
  kind: 'property';
  property: 'code' | 'condition' | 'changed' | 'memory' | 'timeout' | 'concurrency' | 'environment' | 'runtime';
  overview: FunctionOverview;
  state: FunctionState;
}
export interface VersionsNode extends OfFunction {
  kind: 'versions';
  versions: readonly FunctionVersion[];
  /** Of the code that runs now. */
  codeSha256: string;
}
export interface VersionNode extends OfFunction {
  kind: 'version';
  /** As Lambda counts them. */
  version: string;
  published: FunctionVersion;
  runsNow: boolean;
}
/** What could not be read, and why. */
export interface FailureNode extends Base {
  kind: 'failure';
  error: unknown;
}
/** What may be done about it. */
export interface ActionNode extends Base {
  kind: 'action';
  action: NextAction;
}

export type FunctionTreeNode = FunctionNode | PropertyNode | VersionsNode | VersionNode | FailureNode | ActionNode;
