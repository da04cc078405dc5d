/**
 * What holds for each process of tests. Property tests draw the same cases in every run, so that a run says something of a change and not of
 * the day. FUZZ_SEED=7 draws others; a failure prints its seed.
 */
import net from 'node:net';
import fc from 'fast-check';

// of the addresses of localhost Node drops the first after 250 ms, which a busy machine takes, and the other may be none of the machine's
net.setDefaultAutoSelectFamilyAttemptTimeout(60_000);

// drivers and psql take from these what a test leaves open: whoever has them set tests against defaults of their own
for (const name of Object.keys(process.env)) if (name.startsWith('PG')) delete process.env[name];

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env.FUZZ_SEED ?? 1) });
