/** A text as one word of a POSIX shell, for commands that are shown to be pasted: in quotes only where it needs them. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** The AWS CLI's option for a profile, with a blank before it; nothing for the default chain. */
export const profileOption = ({ awsProfile }: { awsProfile?: string }): string =>
  awsProfile === undefined ? '' : ` --profile ${shellWord(awsProfile)}`;
