SELECT account_id FROM transaction WHERE transaction_date > '2025-01-01' AND description LIKE '%external%';
