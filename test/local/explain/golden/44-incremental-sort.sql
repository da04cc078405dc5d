-- costs-off
SELECT payer_id, created_at, amount FROM transactions WHERE payer_id < 3 ORDER BY payer_id, created_at, amount;
