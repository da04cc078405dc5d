-- analyze verbose json
SELECT balance FROM accounts WHERE id = 2;
