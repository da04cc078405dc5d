-- analyze
SELECT id FROM accounts WHERE balance % 7 = 2 LIMIT 1;
