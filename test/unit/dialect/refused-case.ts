/** A statement DSQL refuses: the rule that says so, the statement, SQLSTATE and text of the answer. */
export type RefusedCase = readonly [rule: string, sql: string, answer: string];
