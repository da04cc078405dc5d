SELECT id FROM accounts WHERE id < 3 UNION ALL SELECT payer_id FROM few_transactions UNION ALL SELECT 7;
