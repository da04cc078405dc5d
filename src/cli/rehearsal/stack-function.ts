import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  LambdaClient,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  type CreateFunctionCommandInput,
} from '@aws-sdk/client-lambda';
import type { S3Service } from '../../local/aws/services/s3';
import type { Removal, WantedResource } from '../../local/aws/stacks/resources';
import type { MadeResource } from '../../local/aws/stacks/template';
import { LOCAL_ACCOUNT_ID, type LocalClusterInfo } from '../../protocol/local-cluster';
import { tagsOf, type ResourceKind } from './resource-kind';

export interface FunctionPlaces {
  info: LocalClusterInfo;
  assets: S3Service;
}

/** Functions of the bundle that the CDK uploaded: they are there to be invoked, in the Region that the local Lambda serves. */
export function functionKind({ info, assets }: FunctionPlaces): ResourceKind {
  const inLambda = async (region: string, work: (client: LambdaClient) => Promise<unknown>): Promise<void> => {
    if (region !== info.region) return;
    const client = new LambdaClient({ endpoint: info.lambdaEndpoint, region, credentials: info.admin });
    try {
      await work(client);
    } finally {
      client.destroy();
    }
  };
  const bundleOf = ({ Code }: WantedResource['properties']): Buffer => {
    const { S3Bucket, S3Key } = Code as { S3Bucket: string; S3Key: string };
    const zip = assets.objects.get(`${S3Bucket}/${S3Key}`);
    if (!zip) throw new Error('Error occurred while GetObject. S3 Error Code: NoSuchKey.');
    return zip;
  };
  return {
    make: async ({ properties, region }) => {
      const ZipFile = bundleOf(properties);
      const command = new CreateFunctionCommand({
        ...configurationOf(properties),
        Code: { ZipFile },
        Tags: tagsOf(properties),
      });
      await inLambda(region, client => client.send(command));
      return described(properties, region);
    },
    update: async (name, { properties, region }) => {
      const ZipFile = bundleOf(properties);
      await inLambda(region, async client => {
        await client.send(
          new UpdateFunctionConfigurationCommand({ ...configurationOf(properties), FunctionName: name }),
        );
        await client.send(new UpdateFunctionCodeCommand({ FunctionName: name, ZipFile }));
      });
      return described(properties, region);
    },
    remove: async (FunctionName, region): Promise<Removal> => {
      await inLambda(region, client => client.send(new DeleteFunctionCommand({ FunctionName })));
      return 'gone';
    },
  };
}

function configurationOf(properties: WantedResource['properties']): Omit<CreateFunctionCommandInput, 'Code'> {
  const { FunctionName, Handler, Role, Runtime, Environment, Timeout, MemorySize } = properties;
  return { FunctionName, Handler, Role, Runtime, Environment, Timeout, MemorySize } as CreateFunctionCommandInput;
}

function described({ FunctionName }: WantedResource['properties'], region: string): MadeResource {
  const name = String(FunctionName);
  return {
    physicalId: name,
    attributes: { Arn: `arn:aws:lambda:${region}:${LOCAL_ACCOUNT_ID}:function:${name}` },
  };
}
