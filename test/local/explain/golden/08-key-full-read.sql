-- analyze verbose
SELECT * FROM accounts;
