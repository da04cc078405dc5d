-- verbose
SELECT balance FROM accounts WHERE id = 1 FOR UPDATE;
