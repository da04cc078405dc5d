-- verbose
WITH large AS MATERIALIZED (SELECT * FROM transactions WHERE amount > 8)
SELECT a.balance, large.* FROM large JOIN accounts a ON a.id = large.payer_id;
