import type { AwsAnswer, AwsCall, AwsFault, AwsRequest, AwsService } from '../contract';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** S3 (API 2006-03-01) by paths, as far as the CDK CLI asks it for its assets: objects are kept as they came. */
export class S3Service implements AwsService {
  readonly signingName = 's3';
  /** Bodies are signed in pieces, or not at all. */
  readonly unsignedBodies = true;
  /** `bucket/key` */
  readonly objects = new Map<string, Buffer>();

  read({ method, path, query }: AwsRequest): { operation: string; input: Record<string, unknown> } | undefined {
    const [, Bucket = '', Key = ''] = /^\/([^/]+)\/?(.*)$/.exec(decodeURIComponent(path)) ?? [];
    if (Bucket === '') return undefined;
    if (Key !== '') {
      const operations: Readonly<Record<string, string>> = { PUT: 'PutObject', GET: 'GetObject', HEAD: 'HeadObject' };
      const operation = operations[method];
      return operation === undefined ? undefined : { operation, input: { Bucket, Key } };
    }
    if (query.has('list-type')) return { operation: 'ListObjectsV2', input: { Bucket, Prefix: query.get('prefix') } };
    if (query.has('location')) return { operation: 'GetBucketLocation', input: { Bucket } };
    if (query.has('encryption')) return { operation: 'GetBucketEncryption', input: { Bucket } };
    return undefined;
  }

  fault({ status, code, message }: AwsFault): AwsAnswer {
    return { status, headers: XML, body: `<Error><Code>${code}</Code><Message>${message}</Message></Error>` };
  }

  answer({ operation, input }: AwsCall, { body }: AwsRequest): AwsAnswer {
    const bucket = String(input.Bucket);
    const name = `${bucket}/${String(input.Key)}`;
    const known = this.objects.get(name);
    switch (operation) {
      case 'PutObject':
        this.objects.set(name, body);
        return { status: 200, headers: { etag: '"0"' }, body: '' };
      case 'GetObject':
      case 'HeadObject':
        if (!known) return this.fault({ status: 404, code: 'NoSuchKey', message: 'The specified key does not exist.' });
        return { status: 200, headers: { 'content-length': String(known.length) }, body: known };
      case 'ListObjectsV2': {
        const found = [...this.objects].filter(([each]) => each.startsWith(`${bucket}/${String(input.Prefix ?? '')}`));
        const contents = found.map(
          ([each, { length }]) =>
            `<Contents><Key>${each.slice(bucket.length + 1)}</Key><Size>${length}</Size></Contents>`,
        );
        return xml(
          'ListBucketResult',
          `<Name>${bucket}</Name><KeyCount>${found.length}</KeyCount>${contents.join('')}`,
        );
      }
      case 'GetBucketLocation':
        return xml('LocationConstraint', '');
      default:
        return xml(
          'ServerSideEncryptionConfiguration',
          '<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule>',
        );
    }
  }
}

const XML = { 'content-type': 'application/xml' };
const xml = (name: string, content: string): AwsAnswer => ({
  status: 200,
  headers: XML,
  body: `<${name} xmlns="${NAMESPACE}">${content}</${name}>`,
});
