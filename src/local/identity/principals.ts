import type { LocalPrincipal } from '../../protocol/local-cluster';
import type { Identity } from './identity';

/** A principal of the local IAM, and what its policies allow it on all that the local cluster has. */
export interface IamPrincipal extends LocalPrincipal {
  /** IAM actions, `lambda:InvokeFunction`; `lambda:*` for all of a service. */
  allowed: readonly string[];
}

/** The local cluster's own IAM. Database roles other than `admin` are granted beside it, to ARNs, in SQL. */
export const principalsOf = ({ admin, lambdaRole, generatorRole }: Identity): IamPrincipal[] => [
  { ...admin, allowed: ['dsql:*', 'lambda:*', 'logs:*'] },
  // as the starter kit's stack gives it; a function writes its log without a call here
  { ...lambdaRole, allowed: ['dsql:DbConnect'] },
  // load through functions, and over SQL as those who load from their own machine
  { ...generatorRole, allowed: ['dsql:DbConnect', 'dsql:DbConnectAdmin', 'lambda:InvokeFunction'] },
];

/** Whether a policy allows `service:Action`. */
export const allows = ({ allowed }: IamPrincipal, action: string): boolean =>
  allowed.includes(action) || allowed.includes(`${action.slice(0, action.indexOf(':'))}:*`);
