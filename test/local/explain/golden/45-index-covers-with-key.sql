-- analyze
SELECT id, created_at FROM transactions WHERE payer_id = 9;
