-- costs-off
SELECT * FROM few_transactions f WHERE EXISTS (SELECT 1 FROM accounts a WHERE a.id = f.payer_id AND a.balance > 5);
