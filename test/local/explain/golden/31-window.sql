-- costs-off
SELECT id, rank() OVER (PARTITION BY payer_id ORDER BY amount) FROM few_transactions;
