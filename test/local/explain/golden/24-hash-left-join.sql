-- costs-off
SELECT t.account_id FROM transaction t LEFT JOIN account a ON a.customer_id = t.account_id
WHERE t.transaction_date >= '2025-01-01' AND (a.status = 'active' OR a.customer_id IS NULL) ORDER BY 1;
