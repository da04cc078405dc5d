-- costs-off
SELECT t.id FROM transactions t WHERE t.payer_id = 2 AND EXISTS (SELECT 1 FROM accounts a WHERE a.id = t.payee_id AND a.balance > t.amount);
