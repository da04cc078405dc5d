const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;

/** Whether a text is the ARN of an IAM role. */
export const isRoleArn = (text: string): boolean => ROLE_ARN.test(text);

/** What to write instead of one that is not. */
export const ROLE_ARN_HINT = 'It looks like arn:aws:iam::123456789012:role/name.';
