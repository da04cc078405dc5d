/** A function after its deployment: set, compared, tested, loaded, and removed again. */
import fs from 'node:fs';
import path from 'node:path';
import { FUNCTION_PREFIX, GENERATOR_FUNCTION } from '../../core/lambda/names';
import type { RunResult } from '../../core/stress/contract';
import { AIM, says, type RehearsalStep, type StepContext } from './step';

export const FUNCTION_CARE: readonly RehearsalStep[] = [
  {
    id: 'configure',
    title: "The function's memory, timeout and environment are changed, and put back",
    needs: ['deploy'],
    ...says('configure'),
    play: async context => {
      const more = ['--memory', '256', '--timeout', '20', '--env', 'REHEARSED=yes'];
      await expectSaid(
        context,
        ['configure-function', 'teller', ...more, ...AIM],
        /memory 512 → 256 MiB.*REHEARSED set/,
      );
      const back = ['--memory', '512', '--timeout', '30', '--unset', 'REHEARSED'];
      await expectSaid(
        context,
        ['configure-function', 'teller', ...back, ...AIM],
        /timeout 20 → 30 s.*REHEARSED removed/,
      );
    },
  },
  {
    id: 'compare',
    title: 'What is deployed is held against the folder, before and after a line of it has changed',
    needs: ['deploy'],
    ...says('compare'),
    play: async context => {
      const folder = path.join(context.stage.home, 'teller');
      const compare = ['compare-function', folder, '--name', 'teller', ...AIM];
      await expectSaid(context, [...compare, '--exit-code'], /runs the code of/);
      const file = path.join(folder, 'index.ts');
      const before = fs.readFileSync(file, 'utf8');
      fs.writeFileSync(file, `${before}// not deployed yet\n`);
      try {
        await expectSaid(context, compare, /runs other code[^]*\n\+\/\/ not deployed yet/);
      } finally {
        fs.writeFileSync(file, before);
      }
    },
  },
  {
    id: 'verify-transfer',
    title: "The function's promises are tested, on accounts of their own",
    needs: ['deploy'],
    ...says('verify-transfer'),
    anyOrder: true,
    play: context => expectSaid(context, ['verify-transfer', 'teller', ...AIM], /keeps all \d+ promises/),
  },
  {
    id: 'stress-from-lambda',
    title: 'Load is driven from generators in Lambda, by a role that may invoke',
    needs: ['deploy'],
    ...says('stress-from-lambda'),
    anyOrder: true,
    play: async ({ cli, stage }) => {
      const { generatorRole, admin } = stage.info;
      const load = ['--calls', '60', '--in-flight', '6', '--accounts', '200', '--threshold', 'balance=exact'];
      const from = ['--generators', '2', '--generator-role', generatorRole.arn];
      const sent = stage.aws.calls.length;
      const told = await cli('stress', '--function', 'teller', ...load, ...from, ...AIM, '--yes', '--json');
      for (const row of [/Generators +2 functions/, /Permissions .*iam:PassRole.*lambda:InvokeFunction/])
        if (!row.test(told.stderr)) throw new Error(`beforehand it did not tell ${row.source}:\n${told.stderr}`);
      const { result } = JSON.parse(told.stdout.trim().split('\n').at(-1) ?? '') as { result: RunResult };
      const { succeeded, errors, latency } = result;
      // chapter 1's function does not try again what lost a conflict
      const { 'occ-data': conflicts = 0, ...others } = errors;
      if (succeeded + conflicts !== 60 || latency.count !== 60 || Object.keys(others).length > 0)
        throw new Error(`the generators' figures do not come to 60 calls: ${JSON.stringify(result)}`);
      const invokedBy = (name: string): (string | undefined)[] =>
        stage.aws.calls
          .slice(sent)
          .filter(
            ({ operation, input }) => operation === 'Invoke' && input.FunctionName === `${FUNCTION_PREFIX}${name}`,
          )
          .map(({ by }) => by);
      const byGenerators = invokedBy('teller');
      if (byGenerators.length !== 60 || byGenerators.some(by => by !== generatorRole.arn))
        throw new Error(`the function was not invoked by ${generatorRole.arn} alone, 60 times`);
      if (invokedBy(GENERATOR_FUNCTION).some(by => by !== admin.arn))
        throw new Error('the generators were invoked by another than the user');
    },
  },
  {
    id: 'remove-function',
    title: 'The load generator is removed again',
    needs: ['stress-from-lambda'],
    ...says('remove-function'),
    play: context =>
      expectSaid(
        context,
        ['remove-function', GENERATOR_FUNCTION, '--confirm', GENERATOR_FUNCTION, ...AIM],
        new RegExp(`${GENERATOR_FUNCTION} is gone`),
      ),
  },
];

async function expectSaid({ cli }: StepContext, args: readonly string[], wanted: RegExp): Promise<void> {
  const { stdout } = await cli(...args);
  if (!wanted.test(stdout)) throw new Error(`dsql-workshop ${args.join(' ')} did not say ${wanted.source}:\n${stdout}`);
}
