-- analyze
SELECT id, (SELECT count(*) FROM transactions t WHERE t.payer_id = a.id) FROM accounts a
WHERE balance >= (SELECT avg(amount) FROM transactions) AND id < 4;
