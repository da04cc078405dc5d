SELECT EXISTS (SELECT FROM transactions WHERE created_at > '2026-01-07 20:00:00Z') FROM accounts WHERE id = 1;
