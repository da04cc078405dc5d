import { sqlName } from '../dialect/names';

/** `schema.name` */
export const qualifiedName = ({ schema, name }: { schema: string; name: string }): string =>
  `${sqlName(schema)}.${sqlName(name)}`;
