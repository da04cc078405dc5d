-- analyze
SELECT id, payer_id, payee_id, amount, created_at FROM few_transactions WHERE payer_id = 1 ORDER BY created_at DESC LIMIT 5;
