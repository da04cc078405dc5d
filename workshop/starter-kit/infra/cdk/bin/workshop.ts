// The CDK app: it reads what you asked for and puts together one stack, or two that share a database.
// `npx cdk synth` runs this file and writes CloudFormation templates to cdk.out/; nothing is sent to AWS by that.
import path from 'node:path';
import { App } from 'aws-cdk-lib/core';
import { buildApp } from '../lib/app';

buildApp(new App(), {
  // the folder with your `lambda/`
  workshopFolder: path.resolve(__dirname, '../../..'),
  outputsFile: path.resolve(__dirname, '../cdk-outputs.json'),
});
