CREATE TABLE accounts (id int PRIMARY KEY, balance int NOT NULL);
CREATE TABLE transactions (
  id uuid PRIMARY KEY, payer_id int NOT NULL, payee_id int NOT NULL, amount int NOT NULL, created_at timestamptz NOT NULL
);
CREATE INDEX idx_transactions_payer ON transactions (payer_id, created_at);
CREATE TABLE few_transactions (LIKE transactions INCLUDING ALL);
CREATE TABLE transaction (account_id uuid, transaction_date timestamp, description text);
CREATE TABLE account (customer_id uuid, balance numeric, status varchar, created_at timestamp);
CREATE INDEX idx1 ON account (customer_id) INCLUDE (balance, status);
CREATE TABLE holdings (owner int, symbol text, amount int, note text, PRIMARY KEY (owner, symbol));
CREATE SCHEMA shop;
CREATE TABLE shop."Order" (id bigint PRIMARY KEY, "user" text, total numeric);

INSERT INTO accounts SELECT g, 100 FROM generate_series(1, 1000) g;
INSERT INTO transactions SELECT md5(g::text)::uuid, 1 + g % 1000, 1 + (g * 7) % 1000, 1 + g % 10,
  timestamptz '2026-01-01 00:00:00Z' + g * interval '1 minute' FROM generate_series(1, 10000) g;
INSERT INTO few_transactions SELECT md5(g::text)::uuid, 1, g, 10, timestamptz '2026-01-01 00:00:00Z' + g * interval '1 minute'
  FROM generate_series(1, 6) g;
INSERT INTO transaction SELECT md5(g::text)::uuid, timestamp '2024-06-01' + g * interval '1 day',
  CASE WHEN g % 3 = 0 THEN 'external' ELSE 'own' END || ' transfer' FROM generate_series(1, 1000) g;
INSERT INTO account SELECT CASE WHEN g % 100 = 0 THEN '4b18a761-5870-4d7c-95ce-0a48eca3fceb'::uuid ELSE md5(g::text)::uuid END, g,
  CASE WHEN g % 4 = 0 THEN 'pending' ELSE 'active' END, timestamp '2024-06-01' + g * interval '1 hour' FROM generate_series(1, 20000) g;
INSERT INTO holdings SELECT 1 + g / 10, 'S' || g % 10, g, repeat('n', 20) FROM generate_series(0, 999) g;
INSERT INTO shop."Order" SELECT g, 'u' || g % 5, g * 1.5 FROM generate_series(1, 50) g;

-- the planner's figures must not change under the tests
ALTER TABLE accounts SET (autovacuum_enabled = off);
ALTER TABLE transactions SET (autovacuum_enabled = off);
ALTER TABLE few_transactions SET (autovacuum_enabled = off);
ALTER TABLE transaction SET (autovacuum_enabled = off);
ALTER TABLE account SET (autovacuum_enabled = off);
ALTER TABLE holdings SET (autovacuum_enabled = off);
ALTER TABLE shop."Order" SET (autovacuum_enabled = off);
