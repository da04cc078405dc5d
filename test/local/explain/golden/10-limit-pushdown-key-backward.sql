-- analyze verbose
SELECT id FROM accounts ORDER BY id DESC LIMIT 3 OFFSET 2;
