-- analyze verbose
SELECT a.balance, t.amount FROM transactions t JOIN accounts a ON a.id = t.payee_id AND a.balance > t.amount WHERE t.payer_id = 2;
