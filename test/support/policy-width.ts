/** What is wider than it has to be in the policies of a role, of a CloudFormation template and of Terraform alike. */

/** A statement as IAM has it; a resource that is no text is a reference to one thing. */
export interface PolicyStatement {
  Effect?: string;
  Action?: string | readonly string[];
  NotAction?: unknown;
  NotResource?: unknown;
  Resource?: unknown;
}

/** What the functions of the workshop may do, and on what. */
const ALLOWED: Readonly<Record<string, RegExp>> = {
  'dsql:DbConnect': /^(<ref:[^>]*(ResourceArn|[._]arn)>|arn:aws:dsql:[^*]+:cluster\/[^*]+)$/i,
  'logs:CreateLogGroup': /:log-group:\/aws\/lambda\/[^*]{4,}\*$/,
  'logs:CreateLogStream': /:log-group:\/aws\/lambda\/[^*]{4,}\*$/,
  'logs:PutLogEvents': /:log-group:\/aws\/lambda\/[^*]{4,}\*$/,
};

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);

/** The statement's resources as text; references stand as `<ref:Cluster.ResourceArn>`. */
export function resourceText(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[name, of] = ['', undefined]] = Object.entries((value ?? {}) as Record<string, unknown>);
  if (name === 'Fn::Join') return (of as [string, unknown[]])[1].map(resourceText).join((of as [string])[0]);
  return `<ref:${listOf(of).join('.')}>`;
}

/** One line for each thing that a statement allows beyond what a function of the workshop needs. */
export function tooWide(statements: readonly PolicyStatement[]): string[] {
  return statements.flatMap(statement => {
    if (statement.NotAction !== undefined || statement.NotResource !== undefined) return ['allows by exception'];
    const resources = listOf(statement.Resource).map(resourceText);
    return listOf(statement.Action).flatMap(action => {
      const allowed = Object.hasOwn(ALLOWED, String(action)) ? ALLOWED[String(action)] : undefined;
      if (!allowed) return [`${String(action)} is not needed`];
      return resources.filter(resource => !allowed.test(resource)).map(resource => `${String(action)} on ${resource}`);
    });
  });
}
