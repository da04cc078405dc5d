-- costs-off
SELECT * FROM transaction t LEFT JOIN account a ON a.customer_id = t.account_id AND a.balance > CASE WHEN t.description LIKE 'fee%' THEN 0 ELSE 100 END WHERE t.transaction_date >= '2027-01-01' AND (a.status = 'active' OR a.customer_id IS NULL);
