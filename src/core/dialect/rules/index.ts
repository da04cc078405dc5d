/**
 * The dialect as data. Within a subject the first rule that hits answers, so the order here is the service's order of checks, as far
 * as it is known.
 */
import type { Rule } from '../rule';
import { alterTableRules } from './alter-table';
import { columnRules } from './columns';
import { constraintRules } from './constraints';
import { functionRules } from './functions';
import { indexRules } from './indexes';
import { lockingRules } from './locking';
import { objectRules } from './objects';
import { parameterRules } from './parameters';
import { queryRules } from './queries';
import { sequenceRules } from './sequences';
import { statementRules } from './statements';
import { tableRules } from './tables';
import { transactionRules } from './transactions';
import { typeRules } from './types';

/** Every rule, past ones included: a rule counts on the dates from `since` to before `until`. */
export const rules: readonly Rule[] = [
  ...statementRules,
  ...transactionRules,
  ...parameterRules,
  ...tableRules,
  ...columnRules,
  ...typeRules,
  ...constraintRules,
  ...alterTableRules,
  ...objectRules,
  ...indexRules,
  ...sequenceRules,
  ...functionRules,
  ...lockingRules,
  ...queryRules,
];
