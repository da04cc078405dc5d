-- analyze verbose settings
SELECT * FROM accounts WHERE id = 1;
