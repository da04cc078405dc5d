/** The promises of a single transfer: what is asked for is moved, and nothing else. */
import type { Answer } from './answer';
import type { Verdict } from './contract';
import type { Bench } from './promise';

const kept = (observed: string): Verdict => ({ kept: true, observed });
const broken = (observed: string, advice: string): Verdict => ({ kept: false, observed, advice });

/** `balances 70 and 130` */
const show = (balances: readonly string[]): string => `balances ${balances.join(' and ')}`;
const same = (left: readonly string[], right: readonly string[]): boolean => left.join() === right.join();
const said = (answer: Answer): string => (answer.accepted ? 'it accepted' : `it answered “${answer.said}”`);

/** 2^53 + 1: a JavaScript number cannot hold it. */
const BEYOND_DOUBLE = 2n ** 53n + 1n;

export async function movesExactly({ ground, caller }: Bench): Promise<Verdict> {
  const ids = await ground.accounts(100, 100, 100);
  const [payer, payee] = ids as [number, number, number];
  const first = await caller.transfer(payer, payee, 30);
  const after = await ground.balances(ids);
  const want = ['70', '130', '100'];
  if (!first.accepted)
    return broken(
      `a transfer of 30 from an account with 100 was refused: ${first.said}`,
      'Accept a transfer that the payer can afford.',
    );
  if (!same(after, want))
    return broken(
      `30 moved between accounts with 100 and 100 left ${show(after.slice(0, 2))} (wanted 70 and 130), and a bystander's 100 is ${after[2]}`,
      'Debit and credit the same amount, each on one row: WHERE id = $n.',
    );
  if (first.balance !== undefined && first.balance !== '70')
    return broken(
      `it answered a balance of ${first.balance}, the payer's is 70`,
      'Answer what UPDATE … RETURNING balance gives for the payer.',
    );
  const last = await caller.transfer(payer, payee, 70);
  const emptied = await ground.balances(ids);
  if (!last.accepted || !same(emptied, ['0', '200', '100']))
    return broken(
      `the payer's last 70 of 70 were asked for, ${said(last)}: ${show(emptied.slice(0, 2))} (wanted 0 and 200)`,
      'Refuse only what would make the balance negative: an account may be emptied.',
    );
  if (ground.largestBalance !== undefined && BigInt(ground.largestBalance) > BEYOND_DOUBLE) {
    const big = await ground.accounts(String(BEYOND_DOUBLE), 0);
    await caller.transfer(big[0] as number, big[1] as number, 2);
    const left = await ground.balances(big);
    if (!same(left, [String(BEYOND_DOUBLE - 2n), '2']))
      return broken(
        `2 from an account with ${BEYOND_DOUBLE} left ${left.join(' and ')} (wanted ${BEYOND_DOUBLE - 2n} and 2)`,
        'Let the database compute, or compute with BigInt: a JavaScript number is not exact beyond 2^53.',
      );
  }
  return kept('100 and 100 became 70 and 130, then 0 and 200');
}

export async function refusesOverdraft({ ground, caller }: Bench): Promise<Verdict> {
  const ids = await ground.accounts(100, 100);
  const [payer, payee] = ids as [number, number];
  for (const amount of [101, 1_000_000]) {
    const answer = await caller.transfer(payer, payee, amount);
    const after = await ground.balances(ids);
    if (!same(after, ['100', '100']))
      return broken(
        `${amount} was taken from an account with 100: ${show(after)}, ${said(answer)}`,
        'Look at the balance that UPDATE … RETURNING gives; when it is negative, ROLLBACK before you answer.',
      );
    if (answer.accepted)
      return broken(
        `${amount} from an account with 100 moved nothing, yet it accepted`,
        'Tell the caller: answer { error: "Insufficient balance" }, or throw.',
      );
  }
  const next = await caller.transfer(payer, payee, 1);
  const settled = await ground.balances(ids);
  if (!next.accepted || !same(settled, ['99', '101']))
    return broken(
      `after two refused transfers a good one of 1 left 100 and 100 as ${settled.join(' and ')} (wanted 99 and 101), ${said(next)}`,
      'ROLLBACK before you refuse: what was debited must not wait in an open transaction for the next COMMIT.',
    );
  return kept('101 from an account with 100 was refused and changed nothing');
}

export async function refusesUnknownAccounts({ ground, caller }: Bench): Promise<Verdict> {
  const ids = await ground.accounts(100);
  const [known] = ids as [number];
  const cases: [string, number, number][] = [
    ['payee', known, ground.unknownId()],
    ['payer', ground.unknownId(), known],
  ];
  for (const [who, payer, payee] of cases) {
    const answer = await caller.transfer(payer, payee, 10);
    const [after] = await ground.balances(ids);
    if (after !== '100')
      return broken(
        `10 ${who === 'payee' ? 'to' : 'from'} an account that does not exist left 100 as ${after}: money ${who === 'payee' ? 'vanished' : 'was made'}`,
        `Look at rowCount of the ${who}'s UPDATE; when it is not 1, ROLLBACK and say that there is no such account.`,
      );
    if (answer.accepted)
      return broken(
        `a transfer with an unknown ${who} was accepted (and moved nothing)`,
        `Look at rowCount of the ${who}'s UPDATE: 0 rows is an unknown account, and the caller must hear of it.`,
      );
  }
  return kept('unknown payer and unknown payee were refused, and no money vanished');
}

export async function survivesSelfTransfer({ ground, caller }: Bench): Promise<Verdict> {
  const ids = await ground.accounts(100);
  const [only] = ids as [number];
  for (const amount of [10, 1_000]) {
    const answer = await caller.transfer(only, only, amount);
    const [after] = await ground.balances(ids);
    if (after !== '100')
      return broken(
        `${amount} from an account with 100 to itself left ${after}, ${said(answer)}`,
        'Refuse payer = payee, or let both updates work on the balance in the table, not on a balance read before.',
      );
  }
  return kept('a transfer to itself left 100 as 100');
}

const ODD_AMOUNTS: readonly { amount: unknown; text: string; mayAccept?: boolean }[] = [
  { amount: -10, text: '-10' },
  { amount: 0, text: '0', mayAccept: true },
  { amount: 0.5, text: '0.5' },
  { amount: 10.5, text: '10.5' },
  { amount: Number.MAX_SAFE_INTEGER, text: '9007199254740991' },
  { amount: 1e300, text: '1e300' },
  { amount: null, text: 'null' },
];

export async function refusesOddAmounts({ ground, caller }: Bench): Promise<Verdict> {
  for (const { amount, text, mayAccept } of ODD_AMOUNTS) {
    const ids = await ground.accounts(100, 100);
    const [payer_id, payee_id] = ids as [number, number];
    const answer = await caller.settled({ payer_id, payee_id, amount });
    const after = await ground.balances(ids);
    if (!same(after, ['100', '100']))
      return broken(
        `an amount of ${text} turned 100 and 100 into ${after.join(' and ')}, ${said(answer)}`,
        'Let through only positive whole numbers: Number.isSafeInteger(amount) && amount > 0.',
      );
    if (answer.accepted && !mayAccept)
      return broken(
        `an amount of ${text} was accepted (and moved nothing)`,
        'Refuse amounts that are not positive whole numbers, and say so.',
      );
  }
  return kept('-10, 0, 0.5, 10.5, 2^53 - 1, 1e300 and null moved nothing');
}

export async function bindsValues({ ground, caller }: Bench): Promise<Verdict> {
  const ids = await ground.accounts(100, 100, 100);
  const [payer, payee, bystander] = ids as [number, number, number];
  const payloads = [
    { payer_id: payer, payee_id: `${payee} OR id = ${bystander}`, amount: 10 },
    { payer_id: `${payer} OR id = ${bystander}`, payee_id: payee, amount: 10 },
    { payer_id: payer, payee_id: payee, amount: '1 + 9' },
  ];
  for (const payload of payloads) {
    await caller.settled(payload);
    const after = await ground.balances(ids);
    if (!same(after, ['100', '100', '100']))
      return broken(
        `${JSON.stringify(payload)} was run as SQL: ${show(after)} (wanted 100 each)`,
        'Bind values ($1, $2) and never paste them into the statement.',
      );
  }
  return kept('SQL inside ids and amounts was not run');
}
