-- verbose costs-off
UPDATE accounts a SET balance = t.amount FROM few_transactions t WHERE t.payer_id = a.id;
