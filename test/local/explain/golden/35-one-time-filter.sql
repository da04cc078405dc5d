-- analyze
SELECT * FROM accounts WHERE false;
