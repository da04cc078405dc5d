-- analyze
INSERT INTO accounts VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET balance = accounts.balance + excluded.balance WHERE accounts.balance > 0;
